import { createRequire } from 'node:module';
import { processStore } from '@sightglass/core/authors';
import { dbClientOperationDuration } from '@sightglass/core/metrics';
import { instrumentRedis } from '@sightglass/core/service';
import { readExposition } from '@sightglass/core/testing';
import { freePort, type Redis, startRedis } from '@sightglass/test-tools';
import type { Redis as Ioredis } from 'ioredis';
import type { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, describe as group, test, vi } from 'vitest';
import { countsOf } from './measured.ts';

const require = createRequire(import.meta.url);
let redis: Redis;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());
beforeEach(() => processStore().histogram(dbClientOperationDuration).removeAll({}));
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** How many of each command, `GET` or `GET WRONGTYPE` when it failed. */
async function commands(): Promise<Record<string, number>> {
  const counts = await countsOf('db_client_operation_duration_seconds');
  expect(await readExposition()).not.toMatch(/secret/);
  return Object.fromEntries(
    Object.entries(counts).map(([labels, count]) => {
      const [, command, error] = /^db_operation_name=(\S+) db_system_name=redis(?: error_type=(\S+))?$/.exec(
        labels,
      )!;
      return [error === undefined ? command! : `${command} ${error}`, count];
    }),
  );
}

group.each(['ioredis', 'ioredis-5'])('%s', (name) => {
  const found = require(name);
  const Client = (found.default ?? found) as typeof Ioredis;
  function connect(options: object = {}, port = redis.port) {
    const client = new Client({ host: redis.host, port, ...options });
    closing.push(() => client.disconnect());
    return client;
  }

  test('commands count by name, by promise, by callback, in pipelines and transactions; failures by what Redis says', async () => {
    const client = connect();
    const stop = instrumentRedis(client);
    instrumentRedis(client);
    await client.set('secret', 'secret-value');
    expect(await client.get('secret')).toBe('secret-value');
    await new Promise<void>((resolve, reject) =>
      client.get('secret', (error, value) => (error || value !== 'secret-value' ? reject(error) : resolve())),
    );
    await client.pipeline().set('secret2', 1).incr('secret2').exec();
    await client.multi().incr('secret2').exec();
    await expect(client.lpush('secret', 1)).rejects.toThrow(/WRONGTYPE/);
    await client.blpop('secret3', 0.01);
    await client.call('secret-command').catch(() => {});
    expect(await commands()).toMatchObject({
      SET: 2,
      GET: 2,
      INCR: 2,
      MULTI: 1,
      EXEC: 1,
      'LPUSH WRONGTYPE': 1,
      '_OTHER ERR': 1,
    });
    expect(Object.keys(await commands())).not.toContain('BLPOP');
    stop();
    await client.get('secret');
    expect(await commands()).toMatchObject({ GET: 2 });
    expect(Object.hasOwn(client, 'sendCommand')).toBe(false);
  });

  test('a Redis that is away counts as failures to connect and to do what was asked, and the host fails as it would', async () => {
    const client = connect({ maxRetriesPerRequest: 0, retryStrategy: () => null }, await freePort());
    client.on('error', () => {});
    instrumentRedis(client);
    await expect(client.get('secret')).rejects.toThrow();
    await vi.waitFor(async () => {
      const counts = await commands();
      expect(counts['connect ECONNREFUSED']).toBeGreaterThan(0);
      expect(Object.keys(counts).some((key) => /^GET \w+/.test(key))).toBe(true);
    });
  });

  test('a command that is sent again after the connection was lost counts once', async () => {
    const client = connect({ retryStrategy: () => 1 });
    client.on('error', () => {});
    await client.ping();
    instrumentRedis(client);
    const admin = connect();
    const waiting = client.set('secret', 'x');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waiting;
    expect(await client.get('secret')).toBe('x');
    expect(await commands()).toMatchObject({ SET: 1, GET: 1 });
  });
});

group.each(['redis', 'redis-4'])('%s', (name) => {
  const create = (require(name) as { createClient: typeof createClient }).createClient;
  function client(port = redis.port, socket: object = {}) {
    const made = create({ socket: { host: redis.host, port, ...socket } });
    return made;
  }

  test('commands count by name, also in transactions; failures by what Redis says', async () => {
    const made = client();
    await made.connect();
    closing.push(() => made.disconnect());
    const stop = instrumentRedis(made);
    instrumentRedis(made);
    await made.set('secret', 'secret-value');
    expect(await made.get('secret')).toBe('secret-value');
    await made.hSet('secret-hash', 'secret', 'x');
    expect({ ...(await made.hGetAll('secret-hash')) }).toEqual({ secret: 'x' });
    await made.multi().incr('secret2').incr('secret2').exec();
    await expect(made.lPush('secret', 'x')).rejects.toThrow(/WRONGTYPE/);
    await made.blPop('secret3', 0.01);
    await made.sendCommand(['secret-command']).catch(() => {});
    await made.sendCommand(['ECHO', 'secret']);
    expect(await commands()).toEqual({
      SET: 1,
      GET: 1,
      HSET: 1,
      HGETALL: 1,
      MULTI: 1,
      'LPUSH WRONGTYPE': 1,
      '_OTHER ERR': 1,
      ECHO: 1,
    });
    stop();
    await made.get('secret');
    expect(await commands()).toMatchObject({ GET: 1 });
  });

  test('a Redis that is away counts as failures to connect, and the host fails as it would', async () => {
    const made = client(await freePort(), { reconnectStrategy: false });
    made.on('error', () => {});
    instrumentRedis(made);
    await expect(made.connect()).rejects.toThrow();
    await expect(made.get('secret')).rejects.toThrow();
    const counts = await commands();
    expect(counts).toMatchObject({ 'connect ECONNREFUSED': 1, 'GET ClientClosedError': 1 });
  });

  test('without a listener for errors the host hears of a failure as it would', async () => {
    const made = client(await freePort(), { reconnectStrategy: false });
    instrumentRedis(made);
    expect(made.listenerCount('error')).toBe(0);
    await expect(made.connect()).rejects.toThrow();
  });
});

test('what is no client is refused at once', () => {
  expect(() => instrumentRedis({} as never)).toThrow(/client of ioredis or of node-redis/);
  expect(() => instrumentRedis(undefined as never)).toThrow(/client of ioredis or of node-redis/);
});
