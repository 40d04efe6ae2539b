import { EventEmitter } from 'node:events';
import { counter, gauge, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  declareDataset,
  retireSqlCollector,
  type SqlCollectorOptions,
  sqlCollector,
  stopSqlCollectors,
} from '../index.ts';
import {
  datasetCompleteness,
  datasetEmpty,
  datasetLoadRows,
  datasetNewestRecord,
  datasetQualityScore,
} from '../metrics.ts';
import type { QueryLimits, Row } from './database.ts';
import { queryErrorOf } from './errors.ts';
import * as metrics from './metrics.ts';

const NOW = 1_767_225_600;
let nowMs = NOW * 1000;
processStore().setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });

const score = gauge('test_score_ratio', { help: 'A score.', labels: ['layer'] });
const rows = counter('test_rows_total', { help: 'Rows.', labels: ['layer'] });

afterEach(async () => {
  await stopSqlCollectors();
  setLogger(undefined);
  score.removeAll({});
  rows.removeAll({});
});

/** A database that answers by the text of a query. */
function database(answers: { readonly [sql: string]: (values: readonly unknown[]) => unknown }) {
  const asked: string[] = [];
  const query = async (sql: string, values: readonly unknown[], _limits: QueryLimits) => {
    asked.push(sql);
    return answers[sql]!(values) as Row[];
  };
  return { query, asked };
}

let count = 0;
const named = () => `collector-${count++}`;
const scoresOf = () =>
  Object.fromEntries(
    [...score.series.cells]
      .filter(({ value }) => !Number.isNaN(value))
      .map(({ values, value }) => [values[0], value]),
  );
const of = (collector: string, query: string) => ({ collector, query });

/** What is exported of one query. */
function told(collector: string, query: string) {
  const labels = of(collector, query);
  return {
    success: metrics.sqlCollectorSuccess.peek(labels),
    values: metrics.sqlCollectorValues.peek(labels),
    lastPoll: metrics.sqlCollectorLastPoll.peek(labels),
    lastSuccess: metrics.sqlCollectorLastSuccess.peek(labels),
  };
}

const errorsOf = (collector: string, query: string) =>
  Object.fromEntries(
    [...metrics.sqlCollectorErrors.series.cells]
      .filter(({ values, value }) => values[0] === collector && values[1] === query && value > 0)
      .map(({ values, value }) => [values[2], value]),
  );

test('a declaration exports what it promises, counts at zero, and polls at once without being asked', async () => {
  const name = named();
  const pool = database({ s: () => [{ layer: 'gold', value: 0.5 }] });
  const declare = () =>
    sqlCollector({
      name,
      pool,
      intervalSeconds: 30,
      timeoutSeconds: 4,
      owner: 'team-data',
      pages: false,
      queries: { scores: { sql: 's', sets: score, expects: 2 } },
    });
  declare();
  const labels = of(name, 'scores');
  expect(metrics.sqlCollectorInterval.peek(labels)).toBe(30);
  expect(metrics.sqlCollectorAgeObjective.peek(labels)).toBe(90);
  expect(metrics.sqlCollectorTimeout.peek(labels)).toBe(4);
  expect(metrics.sqlCollectorValuesExpected.peek(labels)).toBe(2);
  expect(metrics.sqlCollectorDeclared.peek(labels)).toBe(NOW);
  expect(readMetric(metrics.sqlCollectorErrors, { ...labels, error_type: 'timeout' })).toBe(0);
  expect(metrics.sqlCollectorQueryDuration.series.peek(labels)?.bounds.upper).toContain(4);
  expect(metrics.sqlCollectorPages.peek({ collector: name })).toBe(0);
  expect(metrics.sqlCollectorOwner.has({ collector: name, owner: 'team-data' })).toBe(true);
  await vi.waitFor(() => expect(scoresOf()).toEqual({ gold: 0.5 }));
  expect(metrics.sqlCollectorPolling.peek({ collector: name })).toBe(1);
});

test('the time of a query is that until it has been answered, in seconds', async () => {
  const name = named();
  const slow = () => {
    nowMs += 1_500;
    return [{ layer: 'gold', value: 1 }];
  };
  const collector = sqlCollector({
    name,
    pool: database({ s: slow }),
    queries: { scores: { sql: 's', sets: score } },
  });
  await collector.poll();
  const { count, sum } = metrics.sqlCollectorQueryDuration.series.peek(of(name, 'scores'))!;
  expect(sum).toBe(count * 1.5);
  nowMs = NOW * 1000;
});

test('a declaration that is wrong says all that is', () => {
  const wrong = {
    name: '',
    pool: {},
    intervalSeconds: 0,
    maxConnections: 1.5,
    replicas: 'some',
    owner: '',
    pages: 'no',
    interval: 3,
    queries: {
      none: {},
      both: { sql: 'x', sets: score, adds: rows },
      kind: { sql: 'x', sets: rows },
      label: { sql: 'x', sets: score, labels: { layers: 'l' }, expects: -1 },
      since: { sql: 'x', adds: rows, since: { column: 'id' }, values: 1 },
      ends: { sql: ' ; Commit; x', sets: score },
    },
  };
  expect(() => sqlCollector(wrong as never)).toThrowError(
    expect.objectContaining({
      problems: [
        'name must be a non-empty string',
        expect.stringContaining('pool must be a Pool of pg or mysql2'),
        'intervalSeconds must be a number from 0.1 on',
        'maxConnections must be a whole number above 0',
        'replicas must be all, one, or a function',
        'owner must be a non-empty string',
        'pages must be true or false',
        'the query "none" needs sql',
        'the query "none" needs one of sets, adds, tells, reads',
        'the query "both" needs one of sets, adds, tells, reads',
        'sets of the query "kind" must be a gauge',
        'expects of the query "label" must be a whole number, 0 or more',
        '"layers" is no option of the labels of the query "label"; did you mean layer?',
        'values of the query "since" must be a list',
        'since of the query "since" needs a column and start',
        'sql of the query "ends" begins or ends a transaction; each poll has its own, which only reads',
        '"interval" is no option; did you mean intervalSeconds?',
      ],
    }),
  );
  expect(() => sqlCollector({ name: 'x', pool: database({}), queries: {}, replicas: 'one' })).toThrow(
    /replicas can be one with pg and mysql2 only/,
  );
  expect(() => sqlCollector(undefined as never)).toThrow(/it needs an object/);
});

describe('a gauge', () => {
  test('shows numbers however the driver gives them; NULL and a row that is gone are no 0', async () => {
    const name = named();
    let given: unknown[] = [];
    const pool = database({ s: () => given });
    const collector = sqlCollector({ name, pool, queries: { s: { sql: 's', sets: score } } });
    given = [
      { layer: 'a', value: 1 },
      { layer: 'b', value: '2.5' },
      { layer: 'c', value: 3n },
      { layer: 'd', value: new Date(4_000) },
      { layer: 'e', value: true },
      { layer: 'f', value: 0 },
      { layer: 'g', value: null },
      { layer: 7, value: 7 },
    ];
    await collector.poll();
    await collector.poll();
    expect(scoresOf()).toEqual({ a: 1, b: 2.5, c: 3, d: 4, e: 1, f: 0, 7: 7 });
    expect(told(name, 's')).toMatchObject({ success: 1, values: 7 });
    given = [{ layer: 'a', value: null }];
    await collector.poll();
    expect(scoresOf()).toEqual({});
    expect(told(name, 's')).toMatchObject({ success: 1, values: 0 });
    given = [];
    await collector.poll();
    expect(told(name, 's')).toMatchObject({ success: 1, values: 0 });
  });

  test('names a series by a time as ISO 8601 writes it, in whatever zone the process is', async () => {
    const pool = database({ s: () => [{ layer: new Date(0), value: 1 }] });
    await sqlCollector({ name: named(), pool, queries: { s: { sql: 's', sets: score } } }).poll();
    expect(scoresOf()).toEqual({ '1970-01-01T00:00:00.000Z': 1 });
  });

  test('many rows are taken in slices, between which the host has its turn', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => ({ layer: String(at % 5_000), value: at }));
    const pool = database({ s: () => rows.slice(0, 5_000) });
    const collector = sqlCollector({ name: named(), pool, queries: { s: { sql: 's', sets: score } } });
    let turns = 0;
    let next = setImmediate(function turn() {
      turns++;
      next = setImmediate(turn);
    });
    await collector.poll();
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(8);
  });

  test('takes label and value from columns of other names', async () => {
    const pool = database({ s: () => [{ tier: 'gold', percent: 97 }] });
    const query = { sql: 's', sets: score, value: 'percent', labels: { layer: 'tier' } };
    await sqlCollector({ name: named(), pool, queries: { query } }).poll();
    expect(scoresOf()).toEqual({ gold: 97 });
  });

  test.each([
    ['a column is missing', [{ value: 1 }]],
    ['a value is no number', [{ layer: 'a', value: 'many' }]],
    ['a value is empty', [{ layer: 'a', value: ' ' }]],
    ['a value is a list', [{ layer: 'a', value: [5] }]],
    ['a value is an empty list', [{ layer: 'a', value: [] }]],
    ['a value is bytes', [{ layer: 'a', value: Buffer.from('5') }]],
    ['a label is an object', [{ layer: { a: 1 }, value: 1 }]],
    ['a label is no time', [{ layer: new Date(Number.NaN), value: 1 }]],
    ['a label is NULL', [{ layer: null, value: 1 }]],
    [
      'two rows are of one series',
      [
        { layer: 'a', value: 1 },
        { layer: 'a', value: 2 },
      ],
    ],
    ['there is no list', 3],
    ['a row is none', [null]],
  ])('rows that do not fit are refused whole: %s', async (_, given) => {
    const name = named();
    const pool = database({ s: () => [{ layer: 'x', value: 1 }] });
    const collector = sqlCollector({ name, pool, queries: { s: { sql: 's', sets: score } } });
    await collector.poll();
    pool.query = async () => given as Row[];
    await collector.poll();
    expect(errorsOf(name, 's')).toEqual({ rows: 1 });
    expect(scoresOf()).toEqual({ x: 1 });
  });
});

describe('a counter', () => {
  test('TR-30: adds what a total grew by, never the total: polling twice without new rows adds nothing', async () => {
    let total: unknown = 1_000;
    const pool = database({ s: () => (total === undefined ? [] : [{ layer: 'gold', value: total }]) });
    const collector = sqlCollector({ name: named(), pool, queries: { s: { sql: 's', adds: rows } } });
    const after = async (next: unknown) => {
      total = next;
      await collector.poll();
      return readMetric(rows, { layer: 'gold' });
    };
    expect(await after(1_000)).toBe(0);
    expect(await after('1000')).toBe(0);
    expect(await after(1_007)).toBe(7);
    // Rows were deleted: none of those that are left is new.
    expect(await after(500)).toBe(7);
    expect(await after(503)).toBe(10);
    // At midnight a total of the day is none, and begins again.
    expect(await after(undefined)).toBe(10);
    expect(await after(4)).toBe(14);
  });

  test('with since asks for what came after the greatest key, which moves only when all of it was taken', async () => {
    let newest: unknown = '90071992547409930';
    let found: unknown[] = [];
    const keys: unknown[] = [];
    const pool = database({
      start: () => [{ id: newest }],
      s: ([key]) => {
        keys.push(key);
        return found;
      },
    });
    const query = { sql: 's', adds: rows, since: { column: 'id', start: 'start' } };
    const collector = sqlCollector({ name: named(), pool, queries: { query } });
    await collector.poll();
    found = [
      { layer: 'gold', value: 3, id: '90071992547409931' },
      { layer: 'raw', value: '2', id: '90071992547409933' },
    ];
    await collector.poll();
    found = [{ layer: 'gold', value: 'x', id: '90071992547409940' }];
    await collector.poll();
    found = [];
    await collector.poll();
    expect(keys).toEqual([newest, newest, '90071992547409933', '90071992547409933']);
    expect(readMetric(rows, { layer: 'gold' })).toBe(3);
    expect(readMetric(rows, { layer: 'raw' })).toBe(2);
    newest = null;
    const other = sqlCollector({ name: named(), pool, queries: { query } });
    await other.poll();
    expect(keys.at(-1)).toBe(0);
    expect(pool.asked.filter((sql) => sql === 'start')).toHaveLength(2);
  });
});

test('of what is new there may be nothing; of a total, or anything else, there is one unless it says otherwise', () => {
  const since = { column: 'id', start: 'start' };
  const name = named();
  const queries = {
    fresh: { sql: 's', adds: rows, since },
    told: { sql: 's', adds: rows, since, expects: 2 },
    whole: { sql: 's', adds: rows },
  };
  sqlCollector({ name, pool: database({ s: () => [], start: () => [] }), queries });
  const expected = (query: string) => metrics.sqlCollectorValuesExpected.peek(of(name, query));
  expect(Object.keys(queries).map(expected)).toEqual([0, 2, 1]);
});

test('a query may be read by a function, whose failure is its own', async () => {
  const name = named();
  const pool = database({ a: () => [{ n: 1 }, { n: 2 }], b: () => [], c: () => [{}] });
  const seen: unknown[] = [];
  const broken = () => {
    throw new TypeError('of the host');
  };
  await sqlCollector({
    name,
    pool,
    queries: {
      broken: { sql: 'c', reads: broken },
      read: { sql: 'a', reads: (given) => void seen.push(given) },
      counted: { sql: 'b', reads: () => 5 },
    },
  }).poll();
  expect(seen).toEqual([[{ n: 1 }, { n: 2 }]]);
  expect(told(name, 'read').values).toBe(2);
  expect(told(name, 'counted').values).toBe(5);
  expect(errorsOf(name, 'broken')).toEqual({ rows: 1 });
});

describe('TR-33: a failure', () => {
  test('costs one query alone, is told by kind, and logged when it changes', async () => {
    const name = named();
    const lines: unknown[][] = [];
    const at =
      (level: string) =>
      (...args: unknown[]) =>
        void lines.push([level, ...args]);
    setLogger({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
    let failing: Error | undefined = Object.assign(new Error('relation "x"'), { code: '42P01' });
    const pool = database({
      bad: () => {
        if (failing !== undefined) throw failing;
        return [{ layer: 'bad', value: 1 }];
      },
      good: () => [{ layer: 'good', value: 1 }],
    });
    const collector = sqlCollector({
      name,
      pool,
      queries: { bad: { sql: 'bad', sets: score }, good: { sql: 'good', sets: score } },
    });
    await collector.poll();
    await collector.poll();
    expect(told(name, 'bad')).toEqual({
      success: 0,
      values: undefined,
      lastPoll: NOW,
      lastSuccess: undefined,
    });
    expect(told(name, 'good')).toEqual({ success: 1, values: 1, lastPoll: NOW, lastSuccess: NOW });
    expect(scoresOf()).toEqual({ good: 1 });
    expect(errorsOf(name, 'bad').query).toBeGreaterThan(0);
    failing = undefined;
    await collector.poll();
    expect(told(name, 'bad').success).toBe(1);
    expect(lines.map(([level, , message]) => [level, message])).toEqual([
      ['warn', 'A query of a collector fails'],
      ['info', 'A query of a collector succeeds again'],
    ]);
  });

  test('TR-34: keeps what was read until it is too old, and then ends it', async () => {
    const name = named();
    let isDown = false;
    const pool = database({
      s: () => {
        if (isDown) throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
        return [{ layer: 'gold', value: 1 }];
      },
    });
    const collector = sqlCollector({
      name,
      pool,
      intervalSeconds: 10,
      queries: { s: { sql: 's', sets: score } },
    });
    await collector.poll();
    isDown = true;
    nowMs += 30_000;
    await collector.poll();
    expect(scoresOf()).toEqual({ gold: 1 });
    nowMs += 1;
    await collector.poll();
    expect(scoresOf()).toEqual({});
    expect(told(name, 's').lastPoll! - told(name, 's').lastSuccess!).toBeCloseTo(30.001);
    isDown = false;
    await collector.poll();
    expect(scoresOf()).toEqual({ gold: 1 });
  });

  test('of a driver that hangs ends by the time limit, and no second poll begins meanwhile', async () => {
    const name = named();
    const pool = database({ s: () => new Promise(() => {}) });
    const collector = sqlCollector({
      name,
      pool,
      timeoutSeconds: 0.01,
      queries: { s: { sql: 's', sets: score } },
    });
    const both = [collector.poll(), collector.poll()];
    expect(both[0]).toBe(both[1]);
    await Promise.all(both);
    expect(pool.asked).toEqual(['s']);
    expect(errorsOf(name, 's')).toEqual({ timeout: 1 });
  });
});

describe('nothing is taken of the host beyond its limit, and nothing waits for it', () => {
  test('a driver that does not end its query is asked for no other until it has', async () => {
    const name = named();
    let answer: (rows: Row[]) => void = () => {};
    const hanging = () =>
      new Promise<Row[]>((resolve) => {
        answer = resolve;
      });
    const pool = database({ s: hanging });
    const collector = sqlCollector({
      name,
      pool,
      timeoutSeconds: 0.001,
      queries: { s: { sql: 's', sets: score } },
    });
    for (let i = 0; i < 3; i++) await collector.poll();
    expect(pool.asked).toEqual(['s']);
    expect(errorsOf(name, 's')).toEqual({ timeout: 3 });
    answer([]);
    await new Promise((resolve) => setImmediate(resolve));
    await collector.poll();
    expect(pool.asked).toEqual(['s', 's']);
    answer([]);
  });

  /** A pool of pg that has no connection left. */
  const exhausted = () => {
    const waiting: ((client: object) => void)[] = [];
    const released: unknown[] = [];
    const client = {
      query: async () => ({ rows: [{ layer: 'gold', value: 1 }] }),
      on: () => {},
      off: () => {},
      release: (isBroken: unknown) => void released.push(isBroken),
    };
    const state = { isFree: false };
    const connect = () =>
      state.isFree ? Promise.resolve(client) : new Promise((resolve) => void waiting.push(resolve));
    return { pool: { totalCount: 1, connect } as never, state, client, waiting, released };
  };

  test('a pool without a connection is asked for one, however many polls come, which goes back where none waits', async () => {
    const { pool, state, client, waiting, released } = exhausted();
    const name = named();
    const queries = { s: { sql: 's', sets: score } };
    const collector = sqlCollector({ name, pool, connectTimeoutSeconds: 0.001, queries });
    for (let i = 0; i < 4; i++) await collector.poll();
    expect([waiting.length, errorsOf(name, 's')]).toEqual([1, { connection: 4 }]);
    waiting[0]!(client);
    await vi.waitFor(() => expect(released).toEqual([false]));
    state.isFree = true;
    await collector.poll();
    expect([scoresOf(), released]).toEqual([{ gold: 1 }, [false, false]]);
  });

  test('stopping waits for no database: neither for the poll under way, nor for those that wait for a connection', async () => {
    const { pool, client, waiting, released } = exhausted();
    const hangs = { ...client, query: () => new Promise(() => {}) };
    const queries = { a: { sql: 'a', sets: score }, b: { sql: 'b', adds: rows } };
    const limits = { connectTimeoutSeconds: 3_600, timeoutSeconds: 3_600 };
    const all = [1, 2, 3].map(() => sqlCollector({ name: named(), pool, queries, ...limits }));
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]!(hangs);
    await new Promise((resolve) => setImmediate(resolve));
    await stopSqlCollectors();
    expect(all.map(({ state }) => state)).toEqual(['stopping', 'stopping', 'stopping']);
    // Nobody knows what it is in the middle of.
    expect([waiting.length, released]).toEqual([1, [true]]);
  });
});

test('a function that reads rows may take its time: what it rejects with is a failure of its query', async () => {
  const name = named();
  const pool = database({ s: () => [{ n: 1 }, { n: 2 }] });
  let works = true;
  const reads = async () => {
    await null;
    if (!works) throw new Error('of the host');
    return 7;
  };
  const collector = sqlCollector({ name, pool, queries: { s: { sql: 's', reads } } });
  await collector.poll();
  expect(told(name, 's')).toMatchObject({ success: 1, values: 7 });
  works = false;
  await collector.poll();
  expect([told(name, 's').success, errorsOf(name, 's')]).toEqual([0, { rows: 1 }]);
});

test('what every object has is no column', async () => {
  const name = named();
  const pool = database({ s: () => [{ value: 1 }] });
  for (const column of ['constructor', 'toString', '__proto__']) {
    const query = { sql: 's', sets: score, labels: { layer: column } };
    const collector = sqlCollector({ name, pool, queries: { s: query } });
    await collector.poll();
    expect([told(name, 's').success, scoresOf()]).toEqual([0, {}]);
  }
});

test('a total that is not known for a poll is not counted as a whole at the next one', async () => {
  let total: number | null = 100;
  const pool = database({ s: () => [{ layer: 'gold', value: total }] });
  const collector = sqlCollector({ name: named(), pool, queries: { s: { sql: 's', adds: rows } } });
  await collector.poll();
  for (const next of [105, null, 107]) {
    total = next;
    await collector.poll();
  }
  expect(readMetric(rows, { layer: 'gold' })).toBe(7);
});

describe('collectors of one pool', () => {
  test('take no more connections at once than they may', async () => {
    let busy = 0;
    let most = 0;
    const pool = {
      query: async () => {
        most = Math.max(most, ++busy);
        await new Promise((resolve) => setTimeout(resolve, 5));
        busy--;
        return [];
      },
    };
    const queries = { s: { sql: 's', sets: score } };
    const all = [1, 2, 3, 4].map(() => sqlCollector({ name: named(), pool, queries, maxConnections: 2 }));
    await Promise.all(all.map((collector) => collector.poll()));
    expect(most).toBe(2);
  });
});

describe('replicas', () => {
  test('one that a function does not choose stands by, and shows nothing that it has read', async () => {
    const name = named();
    let chosen: unknown = true;
    const pool = database({ s: () => [{ layer: 'gold', value: 1 }], t: () => [{ layer: 'gold', value: 9 }] });
    const collector = sqlCollector({
      name,
      pool,
      replicas: () => {
        if (chosen instanceof Error) throw chosen;
        return chosen as boolean;
      },
      queries: { s: { sql: 's', sets: score }, t: { sql: 't', adds: rows } },
    });
    const polling = () => metrics.sqlCollectorPolling.peek({ collector: name });
    await collector.poll();
    expect([polling(), scoresOf()]).toEqual([1, { gold: 1 }]);
    chosen = false;
    await collector.poll();
    expect([polling(), scoresOf(), told(name, 's').success]).toEqual([0, {}, undefined]);
    chosen = new Error('no answer');
    await collector.poll();
    expect(polling()).toBe(0);
    chosen = true;
    await collector.poll();
    // What came meanwhile was told of by the other one.
    expect([polling(), scoresOf(), readMetric(rows, { layer: 'gold' })]).toEqual([1, { gold: 1 }, 0]);
  });
});

describe('a life', () => {
  test('disabled it reads nothing and shows nothing, enabled it does again', async () => {
    const name = named();
    const pool = database({ s: () => [{ layer: 'gold', value: 1 }] });
    const collector = sqlCollector({ name, pool, queries: { s: { sql: 's', sets: score } } });
    await collector.poll();
    collector.disable();
    const asked = pool.asked.length;
    await collector.poll();
    expect([collector.state, scoresOf(), pool.asked.length]).toEqual(['disabled', {}, asked]);
    collector.enable();
    await collector.poll();
    expect([collector.state, scoresOf()]).toEqual(['enabled', { gold: 1 }]);
  });

  test('retired it exports that alone, also when a poll is under way, until it is declared again', async () => {
    const name = named();
    let answer: (rows: Row[]) => void = () => {};
    const pool = database({
      s: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const queries = { s: { sql: 's', sets: score } };
    const collector = sqlCollector({ name, pool, queries });
    const polled = collector.poll();
    await vi.waitFor(() => expect(pool.asked).toEqual(['s']));
    collector.retire();
    answer([{ layer: 'gold', value: 1 }]);
    await polled;
    const left = Object.values(metrics).flatMap(({ descriptor, series }) =>
      [...series.cells].filter(({ values }) => values.includes(name)).map(() => descriptor.name),
    );
    expect(left).toEqual(['sql_collector_lifecycle_state']);
    expect(scoresOf()).toEqual({});
    retireSqlCollector('never-declared');
    expect(metrics.sqlCollectorLifecycle.peek({ collector: 'never-declared', state: 'retired' })).toBe(1);
    for (const none of [undefined, '', 3] as never[]) retireSqlCollector(none);
    expect(sqlCollector({ name, pool, queries, timeoutSeconds: 0.01 }).state).toBe('enabled');
  });

  test('a second declaration takes the place of the first, and ends the series of queries that are gone', async () => {
    const name = named();
    const pool = database({ s: () => [{ layer: 'a', value: 1 }], t: () => [{ layer: 'b', value: 2 }] });
    await sqlCollector({ name, pool, queries: { s: { sql: 's', sets: score } } }).poll();
    await sqlCollector({ name, pool, queries: { t: { sql: 't', sets: score } } }).poll();
    expect(scoresOf()).toEqual({ b: 2 });
    expect(metrics.sqlCollectorInterval.peek(of(name, 's'))).toBeUndefined();
    expect(told(name, 't').success).toBe(1);
  });
});

test.each<[unknown, string]>([
  [{ code: '57014' }, 'timeout'],
  [{ code: '55P03' }, 'locked'],
  [{ code: '42501' }, 'denied'],
  [{ code: '28P01' }, 'denied'],
  [{ code: '42P01' }, 'query'],
  [{ code: '22012' }, 'query'],
  [{ code: '25006' }, 'query'],
  [{ code: '57P01' }, 'connection'],
  [{ code: '08006' }, 'connection'],
  [{ code: '53300' }, 'connection'],
  [{ code: 'ECONNRESET' }, 'connection'],
  [{ code: 'ER_NO_SUCH_TABLE', sqlState: '42S02' }, 'query'],
  [{ code: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' }, 'locked'],
  [{ code: 'ER_TABLEACCESS_DENIED_ERROR', sqlState: '42000' }, 'denied'],
  [{ errno: 1969, sqlState: '70100' }, 'timeout'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'locked'],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 1 }, 'query'],
  [{ code: 'SQLITE_BUSY_SNAPSHOT' }, 'locked'],
  [{ code: 'SQLITE_ERROR' }, 'query'],
  [{ name: 'TimeoutError' }, 'timeout'],
  [{ code: 'XX000' }, 'other'],
  [new Error('no code'), 'other'],
  [undefined, 'other'],
])('the kind of %j is %s', (error, kind) => expect(queryErrorOf(error)).toBe(kind));

test('what can not be read is of no kind', () => {
  const get = () => {
    throw new Error('no');
  };
  expect(queryErrorOf(new Proxy({}, { get }))).toBe('other');
});

test('whatever a poll meets, it does not reject', async () => {
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const options: SqlCollectorOptions = {
    name: named(),
    pool: database({}),
    queries: { s: { sql: 's', sets: score } },
  };
  const collector = sqlCollector(options);
  await collector.poll();
  expect(errorsOf(options.name, 's')).toEqual({ other: 1 });
  processStore().setClock(clock);
});

describe('a data set', () => {
  test('is told how new it is, what came, what is there, and how its suites ended', async () => {
    const dataset = declareDataset({
      name: `measurements-${count++}`,
      layer: 'gold',
      suites: ['gold_suite'],
    });
    const labels = { dataset: dataset.name, layer: 'gold' };
    let newest: unknown = new Date(NOW * 1000);
    const pool = database({
      table: () => [{ newest, n: '12', there: 90, planned: 100 }],
      suites: () => [{ suite_name: 'gold_suite', evaluated: 10, failed: 1, at: new Date(NOW * 1000) }],
      empty: () => [],
    });
    const name = named();
    const columns = { newest: 'newest', rows: 'n', found: 'there', expected: 'planned' };
    const collector = sqlCollector({
      name,
      pool,
      queries: {
        table: { sql: 'table', tells: dataset, ...columns },
        suites: {
          sql: 'suites',
          tells: dataset,
          suite: 'suite_name',
          evaluated: 'evaluated',
          failed: 'failed',
          at: 'at',
        },
        empty: { sql: 'empty', tells: dataset, newest: 'newest', expects: 0 },
      },
    });
    await collector.poll();
    expect(told(name, 'table')).toMatchObject({ success: 1, values: 3 });
    expect(told(name, 'suites').values).toBe(1);
    // No row and NULL say the same: there is no record.
    expect([told(name, 'empty').values, datasetEmpty.peek(labels)]).toEqual([0, 1]);
    expect(datasetCompleteness.peek(labels)).toBe(0.9);
    expect(datasetLoadRows.peek(labels)).toBe(12);
    expect(datasetQualityScore.peek({ ...labels, suite: 'gold_suite' })).toBe(0.9);
    newest = null;
    await collector.poll();
    expect(told(name, 'table').values).toBe(2);
  });

  test.each([
    ['2025-12-31T23:59:00Z', NOW - 60],
    ['2025-12-31 23:59:00.5+00', NOW - 59.5],
    ['2026-01-01T01:59:00+0200', NOW - 60],
    ['2025-12-31T18:29:00-05:30', NOW - 60],
    [String(NOW - 60), NOW - 60],
    [BigInt(NOW - 60), NOW - 60],
  ])('is told a time as a text that says its zone: %s', async (newest, seconds) => {
    const dataset = declareDataset({ name: `texts-${count++}`, layer: 'gold' });
    const pool = database({ t: () => [{ newest }] });
    const queries = { t: { sql: 't', tells: dataset, newest: 'newest' } };
    await sqlCollector({ name: named(), pool, queries }).poll();
    expect(datasetNewestRecord.peek({ dataset: dataset.name, layer: 'gold' })).toBe(seconds);
  });

  test.each(['2025-12-31 23:59:00', '2025-12-31', 'yesterday', '', '2025-13-45T00:00:00Z', true])(
    'is not told a time of which nobody could say when it is: %s',
    async (newest) => {
      const dataset = declareDataset({ name: `texts-${count++}`, layer: 'gold' });
      const pool = database({ t: () => [{ newest }] });
      const name = named();
      const queries = { t: { sql: 't', tells: dataset, newest: 'newest' } };
      await sqlCollector({ name, pool, queries }).poll();
      expect(datasetNewestRecord.peek({ dataset: dataset.name, layer: 'gold' })).toBeUndefined();
      expect(errorsOf(name, 't')).toEqual({ rows: 1 });
    },
  );

  test('a declaration without one, or without a column, says so', () => {
    const pool = database({});
    const wrong = { sql: 'x', tells: {}, found: 'a', newest: 3 };
    expect(() => sqlCollector({ name: 'x', pool, queries: { wrong } as never })).toThrowError(
      expect.objectContaining({
        problems: [
          'tells of the query "wrong" must be what declareDataset gives',
          'newest of the query "wrong" must name a column',
          'the query "wrong" needs both found and expected',
        ],
      }),
    );
  });
});

describe('a connection that was left idle in a pool of pg', () => {
  const client = () =>
    Object.assign(new EventEmitter(), {
      query: async () => ({ rows: [{ layer: 'raw', value: 1 }] }),
      release() {},
    });
  const poolOf = () => Object.assign(new EventEmitter(), { totalCount: 0, connect: async () => client() });
  const lost = new Error('terminating connection due to administrator command');
  const polled = async (pool: ReturnType<typeof poolOf>) => {
    const warned: unknown[] = [];
    const quiet = () => {};
    const warn = (...line: readonly unknown[]) => warned.push(line.at(-1));
    setLogger({ debug: quiet, info: quiet, warn, error: quiet } as never);
    for (const name of [named(), named()]) {
      const queries = { of: { sql: 'select', sets: score } };
      await sqlCollector({ name, pool: pool as never, queries }).poll();
    }
    return warned;
  };

  test('ends no process when it is lost, where nobody listens to the pool', async () => {
    const pool = poolOf();
    const warned = await polled(pool);
    expect(pool.emit('error', lost)).toBe(true);
    expect([pool.listenerCount('error'), warned]).toEqual([1, ['An idle connection of a pool was lost']]);
  });

  test('is told to the listener of the host alone, where there is one', async () => {
    const pool = poolOf();
    const heard: unknown[] = [];
    pool.on('error', (error) => heard.push(error));
    const warned = await polled(pool);
    pool.emit('error', lost);
    expect([heard, warned]).toEqual([[lost], []]);
  });
});
