import { processStore } from '@sightglass/core/authors';
import {
  dbClientConnectionCount,
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
  dbClientOperationDuration,
} from '@sightglass/core/metrics';
import { instrumentPg, observeConnections, observePool } from '@sightglass/core/service';
import { readExposition } from '@sightglass/core/testing';
import { freePort, type Postgres, startPostgres } from '@sightglass/test-tools';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, describe as group, test, vi } from 'vitest';
import { countsOf, valuesIn } from './measured.ts';

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check);

let postgres: Postgres;
let pool: pg.Pool;
const stops: (() => void)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

beforeEach(() => {
  processStore().histogram(dbClientOperationDuration).removeAll({});
  pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  // A connection that is still closing when the server stops says so.
  pool.on('error', () => {});
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await pool.end();
});

const operations = () => countsOf('db_client_operation_duration_seconds');
/** The labels of an operation, in their order. */
const of = (operation: string, { table, error }: { table?: string; error?: string } = {}) =>
  [
    ...(table === undefined ? [] : [`db_collection_name=${table}`]),
    `db_operation_name=${operation}`,
    'db_system_name=postgresql',
    ...(error === undefined ? [] : [`error_type=${error}`]),
  ].join(' ');

group('queries of an instrumented pool', () => {
  test('count by command and table, by promise, by callback, with a config, in a transaction', async () => {
    stops.push(instrumentPg(pool));
    await pool.query('CREATE TABLE IF NOT EXISTS prices (model text PRIMARY KEY, price int)');
    await pool.query('INSERT INTO prices VALUES ($1, $2) ON CONFLICT DO NOTHING', ['secret-model', 1]);
    expect((await pool.query({ text: 'SELECT price FROM prices', rowMode: 'array' })).rows).toEqual([[1]]);
    await new Promise<void>((resolve, reject) =>
      pool.query('SELECT price FROM prices', (error, result) => {
        if (error || result.rows[0].price !== 1) reject(error ?? new Error('no row'));
        else resolve();
      }),
    );
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('UPDATE prices SET price = 2');
    await client.query('COMMIT');
    client.release();
    expect(await operations()).toEqual({
      [of('CREATE')]: 1,
      [of('INSERT', { table: 'prices' })]: 1,
      [of('SELECT', { table: 'prices' })]: 2,
      [of('BEGIN')]: 1,
      [of('UPDATE', { table: 'prices' })]: 1,
      [of('COMMIT')]: 1,
    });
    expect(await readExposition()).not.toMatch(/secret-model/);
  });

  test('take the time that they take', async () => {
    stops.push(instrumentPg(pool));
    const startedMs = performance.now();
    await pool.query('SELECT pg_sleep(0.2)');
    const elapsedSeconds = (performance.now() - startedMs) / 1_000;
    const [cell] = processStore().histogram(dbClientOperationDuration).series.cells;
    expect(cell?.sum).toBeGreaterThan(0.19);
    expect(cell?.sum).toBeLessThanOrEqual(elapsedSeconds);
    expect(cell?.count).toBe(1);
  });

  test('that fail have the SQLSTATE, and fail as they would', async () => {
    stops.push(instrumentPg(pool));
    await expect(pool.query('SELECT * FROM missing')).rejects.toMatchObject({ code: '42P01' });
    await expect(pool.query('SELECT 1/0')).rejects.toThrow('division by zero');
    const failure = await new Promise((resolve) => pool.query('SELEC 1', resolve));
    expect(failure).toMatchObject({ code: '42601' });
    await pool.query("SET statement_timeout = '20ms'; SELECT pg_sleep(5)").catch(() => {});
    expect(await operations()).toEqual({
      [of('SELECT', { table: 'missing', error: '42P01' })]: 1,
      [of('SELECT', { error: '22012' })]: 1,
      [of('_OTHER', { error: '42601' })]: 1,
      [of('SET', { error: '57014' })]: 1,
    });
  });

  test('of a server that is gone count as failures to connect', async () => {
    const nobody = new pg.Pool({ host: '127.0.0.1', port: await freePort() });
    stops.push(instrumentPg(nobody));
    await expect(nobody.query('SELECT 1')).rejects.toThrow();
    await expect(nobody.connect()).rejects.toThrow();
    await nobody.end();
    expect(await operations()).toEqual({ [of('connect', { error: 'ECONNREFUSED' })]: 2 });
  });

  test('whose connection breaks have an error type, and the pool goes on', async () => {
    stops.push(instrumentPg(pool));
    const sleeping = pool.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    const admin = new pg.Client(postgres.url);
    await admin.connect();
    await eventually(async () => {
      const { rowCount } = await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
      );
      expect(rowCount).toBe(1);
    });
    await admin.end();
    expect(await sleeping).toBeInstanceOf(Error);
    await pool.query('SELECT 1');
    expect(await operations()).toEqual({ [of('SELECT', { error: '57P01' })]: 1, [of('SELECT')]: 1 });
  });

  test('are measured once, however often it is asked for, also on connections that were open before, and no more when it is ended', async () => {
    await pool.query('SELECT 1');
    const stop = instrumentPg(pool);
    instrumentPg(pool);
    await pool.query('SELECT 1');
    expect(await operations()).toEqual({ [of('SELECT')]: 1 });
    stop();
    await pool.query('SELECT 1');
    expect(await operations()).toEqual({ [of('SELECT')]: 1 });
    expect(Object.hasOwn(pool, 'connect')).toBe(false);
  });

  test('a rejection that the host does not handle stays one', async () => {
    stops.push(instrumentPg(pool));
    const unhandled = vi.fn();
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', unhandled);
    try {
      void pool.query('SELECT 1/0');
      await eventually(() => expect(unhandled).toHaveBeenCalledOnce());
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
    }
  });

  test('a single client can be measured too', async () => {
    const client = new pg.Client(postgres.url);
    stops.push(instrumentPg(client));
    await client.connect();
    await client.query('SHOW search_path');
    await client.end();
    expect(await operations()).toEqual({ [of('SHOW')]: 1 });
  });

  test('what is neither pool nor client is refused at once', () => {
    expect(() => instrumentPg({} as never)).toThrow(/pg Pool or Client/);
    expect(() => instrumentPg(undefined as never)).toThrow(/pg Pool or Client/);
  });
});

group('the connections of an observed pool', () => {
  const values = async (name: string) => valuesIn(await readExposition(), name);
  const ofPool = (rest = '') => `db_client_connection_pool_name=main${rest}`;
  const used = ofPool(' db_client_connection_state=used');
  const idle = ofPool(' db_client_connection_state=idle');

  test('are used, idle, waited for and limited as the pool says, at each scrape', async () => {
    stops.push(observePool(pool, { name: 'main' }));
    expect(await values(dbClientConnectionCount.name)).toEqual({ [used]: 0, [idle]: 0 });
    const clients = [await pool.connect(), await pool.connect()];
    const waiting = [pool.connect(), pool.connect(), pool.connect()];
    expect(await values(dbClientConnectionCount.name)).toEqual({ [used]: 2, [idle]: 0 });
    expect(await values(dbClientConnectionPendingRequests.name)).toEqual({ [ofPool()]: 3 });
    expect(await values(dbClientConnectionMax.name)).toEqual({ [ofPool()]: 2 });
    for (const client of clients) client.release();
    for (const client of waiting) (await client).release();
    expect(await values(dbClientConnectionCount.name)).toEqual({ [used]: 0, [idle]: 2 });
    expect(await values(dbClientConnectionPendingRequests.name)).toEqual({ [ofPool()]: 0 });
  });

  test('leave the export when it is ended, and the name is free again', async () => {
    observePool(pool, { name: 'main' })();
    expect(await values(dbClientConnectionCount.name)).toEqual({});
    stops.push(observePool(pool, { name: 'main' }));
    expect(Object.keys(await values(dbClientConnectionCount.name))).toEqual([used, idle]);
  });

  test('a wrong declaration is refused with all that is wrong', () => {
    stops.push(observePool(pool, { name: 'main' }));
    expect(() => observePool(pool, { name: 'main' })).toThrow(/observed already/);
    expect(() => observePool({} as never, { name: '' })).toThrow(/counters of a pg Pool.*\n.*name must be/);
    expect(() => observePool(pool, undefined as never)).toThrow(/name must be/);
    expect(() => observeConnections({ name: 'x' }, 1 as never)).toThrow(/read must be a function/);
  });
});
