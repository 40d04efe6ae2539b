import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setLogger } from '@sightglass/core';
import { healthReport, processStore } from '@sightglass/core/authors';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { type DataHealthOptions, dataHealth } from '../index.ts';

const NOW = 1_767_225_600;
let nowMs = NOW * 1000;
processStore().setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });
afterEach(() => setLogger(undefined));

function setUp(newest: () => unknown, options: Partial<DataHealthOptions> = {}) {
  const asked: string[] = [];
  const query = async (sql: string) => {
    asked.push(sql);
    return sql === 'select 1' ? [{ one: 1 }] : ([{ newest: await newest() }] as never);
  };
  const health = dataHealth({ pool: { query }, newest: 'newest', ...options });
  onTestFinished(() => health.end());
  return { health, asked };
}

test('001-B7: healthy only when the database answers and its newest record is younger than two hours', async () => {
  let newest: unknown = new Date((NOW - 7_200) * 1000);
  const { health } = setUp(() => newest, { cacheSeconds: 0 });
  expect(await health.report()).toEqual({
    status: 'healthy',
    checks: { database: true, data_freshness: true },
    timestamp: '2026-01-01T00:00:00.000Z',
  });
  newest = NOW - 7_201;
  expect(await health.report()).toMatchObject({
    status: 'unhealthy',
    checks: { database: true, data_freshness: false },
  });
  // An empty table has no newest record.
  newest = null;
  expect((await health.report()).checks.data_freshness).toBe(false);
  newest = String(NOW);
  expect((await health.report()).status).toBe('healthy');
  newest = '2026-01-01 00:00:00Z';
  expect((await health.report()).status).toBe('healthy');
  // One bad row, dated years ahead, would pass for new until then.
  newest = NOW + 301;
  expect((await health.report()).checks.data_freshness).toBe(false);
  newest = NOW + 300;
  expect((await health.report()).status).toBe('healthy');
});

test('TR-62, TR-65: why it failed is in the log, and not in the answer, which is 503', async () => {
  const lines: unknown[] = [];
  const line = (...args: unknown[]) => void lines.push(args);
  setLogger({ debug: line, info: line, warn: line, error: line });
  const fail = () =>
    Promise.reject(Object.assign(new Error('password of admin is wrong'), { code: '28P01' }));
  const { health } = setUp(fail);
  const server = createServer(health.handler);
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  const response = await fetch(url);
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([
    503,
    'application/json; charset=utf-8',
  ]);
  expect(JSON.parse(text)).toMatchObject({ status: 'unhealthy', checks: { data_freshness: false } });
  expect(text).not.toMatch(/admin|28P01/);
  expect(JSON.stringify(lines)).toContain('28P01');
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(503);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

test('TR-60: a hundred that ask at once ask the database once, and a fresh answer asks nothing', async () => {
  const { health, asked } = setUp(() => new Date(nowMs));
  await Promise.all(Array.from({ length: 100 }, () => health.report()));
  nowMs += 4_999;
  await health.report();
  expect(asked.sort()).toEqual(['newest', 'select 1']);
  nowMs += 1;
  await health.report();
  expect(asked).toHaveLength(4);
});

test('a database that hangs is told of within the time limit', async () => {
  const { health } = setUp(() => new Promise(() => {}), { timeoutSeconds: 0.02 });
  expect(await health.report()).toMatchObject({
    status: 'unhealthy',
    checks: { database: true, data_freshness: false },
  });
});

test('TR-64: stale data restarts nothing: neither check is one of liveness or readiness', async () => {
  setUp(() => new Date(0));
  const { checks, status } = await healthReport();
  expect([checks.database?.affects, checks.data_freshness?.affects, status]).toEqual([
    'report',
    'report',
    'warn',
  ]);
});

test('a declaration that is wrong says all that is, and a second one that the names are taken', () => {
  expect(() => dataHealth({ pool: {}, newest: '', maxAgeSeconds: 0, age: 3 } as never)).toThrowError(
    expect.objectContaining({
      problems: [
        'pool must be one that sqlCollector takes',
        'newest must be a query',
        'maxAgeSeconds must be a number above 0',
        '"age" is no option; known are pool, newest, maxAgeSeconds, timeoutSeconds, cacheSeconds',
      ],
    }),
  );
  expect(() => dataHealth(undefined as never)).toThrow(/it needs an object/);
  setUp(() => new Date(nowMs));
  expect(() => dataHealth({ pool: { query: () => [] }, newest: 'x' })).toThrow(/declared already/);
});
