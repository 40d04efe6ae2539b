import { EventEmitter } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { processStore } from '../../store/index.ts';
import { fakeClock } from '../../testing/index.ts';
import { forget, seriesOf } from '../series.support.ts';
import { dbClientOperationDuration } from './metrics.ts';
import { instrumentPg } from './pg.ts';

const boom = (): never => {
  throw new Error('touched');
};
const trap = () => new Proxy({}, { get: boom, has: boom, ownKeys: boom });

afterEach(() => {
  vi.restoreAllMocks();
  forget(dbClientOperationDuration);
});

/** A client whose `query` gives back what it was called with, and by whom. */
const echoing = () => ({
  query(this: unknown, ...args: unknown[]): unknown {
    return { self: this, args };
  },
});

test.each([
  ['nothing', () => []],
  ['a proxy that throws at all', () => [trap()]],
  ['a config whose text throws', () => [Object.defineProperty({}, 'text', { get: boom })]],
  ['a frozen config', () => [Object.freeze({ text: 'SELECT 1' }), Object.freeze([1])]],
  ['a symbol', () => [Symbol('sql')]],
])('A6: a query of %s reaches the driver as it is, and so does its answer the host', (_, make) => {
  const client = echoing();
  const stop = instrumentPg(client);
  const args = make();
  const answer = client.query(...(args as never[])) as { self: unknown; args: unknown[] };
  expect(answer.self).toBe(client);
  expect(answer.args.length).toBe(args.length);
  expect(answer.args.every((arg, i) => arg === args[i])).toBe(true);
  stop();
});

test("A6: what the driver throws at once, or gives that is no promise, is the host's", () => {
  const client = { query: vi.fn() as (sql: string) => unknown };
  const original = client.query as ReturnType<typeof vi.fn>;
  instrumentPg(client);
  original.mockImplementationOnce(boom);
  expect(() => client.query('SELECT 1')).toThrow('touched');
  for (const answer of [undefined, null, 1, trap(), Object.defineProperty({}, 'then', { get: boom })]) {
    original.mockReturnValueOnce(answer);
    expect(client.query('SELECT 1') === answer).toBe(true);
  }
});

test('A6: a clock that throws costs the measurement, not the query', async () => {
  const client = {
    query: async (_sql: string, done?: (error: unknown, rows: unknown) => void) => done?.(null, 7) ?? 7,
  };
  instrumentPg(client);
  vi.spyOn(performance, 'now').mockImplementation(boom);
  expect(await client.query('SELECT 1')).toBe(7);
  const called = vi.fn();
  await client.query('SELECT 1', called);
  expect(called).toHaveBeenCalledExactlyOnceWith(null, 7);
});

test('A6: a client that takes no method of ours is used as it is', async () => {
  const pool = Object.assign(new EventEmitter(), {
    totalCount: 1,
    query: async () => 1,
    connect: async () => 1,
  });
  const stop = instrumentPg(pool);
  const client = Object.freeze({ query: async (_sql: string) => 2 });
  pool.emit('acquire', client);
  pool.emit('acquire', trap());
  expect(await client.query('SELECT 1')).toBe(2);
  expect(seriesOf(dbClientOperationDuration)).toEqual({});
  Object.freeze(pool);
  expect(stop).not.toThrow();
});

test('A6: an error that is nothing, or can not be read, is passed on as it is', async () => {
  for (const reason of [undefined, null, 0, trap()]) {
    const client = { query: (_sql: string) => Promise.reject(reason) };
    instrumentPg(client);
    const outcome = await client
      .query('SELECT 1')
      .then(boom, (error: unknown) => ({ isSame: error === reason }));
    expect(outcome).toEqual({ isSame: true });
  }
  expect(seriesOf(dbClientOperationDuration)).toEqual({
    'db_system_name=postgresql db_operation_name=SELECT error_type=_OTHER': 2,
    'db_system_name=postgresql db_operation_name=SELECT error_type=Error': 2,
  });
});

test('the time of a query is that until it has been answered, by a promise or a callback', async () => {
  const clock = fakeClock();
  try {
    const client = {
      query(_sql: string, done?: (error: unknown, rows: unknown) => void) {
        clock.advance(1.5);
        return done === undefined ? Promise.resolve(1) : done(null, 1);
      },
    };
    instrumentPg(client);
    await client.query('SELECT 1');
    client.query('SELECT 1', () => clock.advance(1));
    const { cells } = processStore().histogram(dbClientOperationDuration).series;
    expect(cells.map(({ count, sum }) => ({ count, sum }))).toEqual([{ count: 2, sum: 3 }]);
  } finally {
    clock.restore();
  }
});
