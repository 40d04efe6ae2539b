import { log, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type DatasetOptions,
  declareDataset,
  keepQualityChecks,
  qualityChecksTable,
  recordCompleteness,
  recordQualityCheck,
  recordSchema,
  recordValueRange,
  recordVolume,
  retireDataset,
  trackFreshness,
} from '../index.ts';
import * as metrics from './metrics.ts';

const NOW = 1_767_225_600;
let nowMs = NOW * 1000;
processStore().setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });
const collect = () => processStore().collect(50);

let count = 0;
const declare = (options: Partial<DatasetOptions> = {}) =>
  declareDataset({ name: `set-${count++}`, layer: 'gold', ...options });

/** What is exported of one data set, by metric and the other labels. */
function exported(dataset: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const metric of Object.values(metrics)) {
    if (!('series' in metric)) continue;
    const { descriptor, series } = metric;
    for (const cell of series.cells) {
      if (!cell.values.includes(dataset) || Number.isNaN((cell as { value: number }).value)) continue;
      const others = cell.values.filter((value) => value !== dataset && value !== 'gold');
      found[[descriptor.name, ...others].join(' ')] = (cell as { value: number }).value;
    }
  }
  return found;
}

afterEach(() => {
  nowMs = NOW * 1000;
});

describe('a declaration', () => {
  test('exports what is promised, and gives birth to the counters of its suites', () => {
    const { name } = declare({
      freshnessObjectiveSeconds: 3_600,
      updateIntervalSeconds: 900,
      suites: ['daily', 'hourly'],
      checkIntervalSeconds: { daily: 86_400, hourly: 3_600 },
      scoreObjectiveRatio: 0.8,
      completenessObjectiveRatio: 0.9,
      volume: { max: 10 },
      values: { pm25: { min: 0, max: 500 } },
      owner: 'team-air',
      pages: false,
    });
    expect(exported(name)).toEqual({
      dataset_declared_timestamp_seconds: NOW,
      'dataset_lifecycle_state enabled': 1,
      'dataset_owner_info team-air': 1,
      dataset_pages: 0,
      dataset_freshness_objective_seconds: 3_600,
      dataset_freshness_warning_seconds: 2_250,
      dataset_update_interval_seconds: 900,
      dataset_score_objective_ratio: 0.8,
      dataset_score_warning_ratio: 0.95,
      dataset_completeness_objective_ratio: 0.9,
      dataset_load_min_rows: 1,
      dataset_load_max_rows: 10,
      'dataset_value_lower_bound pm25': 0,
      'dataset_value_upper_bound pm25': 500,
      ...Object.fromEntries(
        ['daily', 'hourly'].flatMap((suite) => [
          [`dataset_suite_declared_timestamp_seconds ${suite}`, NOW],
          [`dataset_check_interval_seconds ${suite}`, suite === 'daily' ? 86_400 : 3_600],
          ...['passed', 'failed', 'errored'].map((status) => [`dataset_checks_total ${suite} ${status}`, 0]),
          ...['error', 'warn'].map((severity) => [
            `dataset_failed_expectations_total ${suite} ${severity}`,
            0,
          ]),
        ]),
      ),
    });
  });

  test('that says no more than a name promises nothing that nobody records', () => {
    const { name } = declare();
    expect(exported(name)).toEqual({
      dataset_declared_timestamp_seconds: NOW,
      'dataset_lifecycle_state enabled': 1,
    });
  });

  test('takes the promises of the reference system where freshness, suites and loads are named: late from one hour, stale from two, 90 % and 95 %', () => {
    const { name } = declare({ newest: () => new Date(NOW * 1000), suites: ['suite'], volume: { max: 5 } });
    expect(exported(name)).toMatchObject({
      dataset_freshness_objective_seconds: 7_200,
      dataset_freshness_warning_seconds: 3_600,
      dataset_score_objective_ratio: 0.9,
      dataset_score_warning_ratio: 0.95,
      'dataset_check_interval_seconds suite': 86_400,
    });
  });

  test.each([
    [{ freshnessObjectiveSeconds: 7_200 }, 3_600],
    [{ freshnessObjectiveSeconds: 86_400 }, 43_200],
    // Loaded each night: an afternoon is no reason to tell anybody.
    [{ freshnessObjectiveSeconds: 26 * 3_600 }, 25 * 3_600],
    [{ freshnessObjectiveSeconds: 8 * 86_400 }, 7.5 * 86_400],
    [{ freshnessObjectiveSeconds: 26 * 3_600, updateIntervalSeconds: 3_600 }, 13.5 * 3_600],
    [{ updateIntervalSeconds: 86_400 }, 1.5 * 86_400],
    [{ freshnessObjectiveSeconds: 26 * 3_600, freshnessWarningSeconds: 60 }, 60],
  ])('of %j warns from %d seconds on', (promised, warning) => {
    const labels = { dataset: 'warns', layer: 'default' };
    declareDataset({ name: 'warns', ...promised });
    expect(readMetric(metrics.datasetFreshnessWarning, labels)).toBe(warning);
  });

  test('that is wrong says all that is', () => {
    const wrong = {
      name: '',
      layer: '',
      freshnessObjectiveSeconds: 10,
      freshnessWarningSeconds: 20,
      updateIntervalSeconds: 30,
      newest: 3,
      suites: ['a', ''],
      scoreObjectiveRatio: 90,
      completenessObjectiveRatio: 0,
      volume: { min: -1 },
      values: { pm25: {}, pm10: { min: 3, max: 2 }, no2: { least: 1 } },
      columns: { a: 1 },
      owner: '',
      pages: 'no',
      suite: 'a',
    };
    expect(() => declareDataset(wrong as never)).toThrowError(
      expect.objectContaining({
        problems: [
          'name must be a non-empty string',
          'layer must be a non-empty string',
          'owner must be a non-empty string',
          'newest must be a function',
          'suites must be a list of non-empty strings',
          'scoreObjectiveRatio must be above 0 and at most 1',
          'completenessObjectiveRatio must be above 0 and at most 1',
          'pages must be true or false',
          'min of volume must be a number of at least 0',
          'values of "pm25" must have min, max or both',
          'min of values of "pm10" must not be above max',
          '"least" is no option of values of "no2"; known are min, max',
          'columns must be an object with a type for each column',
          'freshnessWarningSeconds must not be above freshnessObjectiveSeconds',
          'updateIntervalSeconds must not be above freshnessObjectiveSeconds',
          '"suite" is no option; did you mean suites?',
        ],
      }),
    );
    expect(() => declareDataset(undefined as never)).toThrowError('name');
    expect(() => declare({ suites: ['a'], checkIntervalSeconds: { b: 1 } as never })).toThrowError(
      'checkIntervalSeconds of "a" must be a number above 0',
    );
    expect(() => declare({ scoreWarningRatio: 0.8, scoreObjectiveRatio: 0.9 })).toThrowError(
      'scoreWarningRatio must not be below scoreObjectiveRatio',
    );
  });

  test('again takes back what it does not promise any more', () => {
    const { name } = declare({
      freshnessObjectiveSeconds: 60,
      values: { a: { min: 1 } },
      owner: 'x',
      volume: { min: 3 },
    });
    declareDataset({ name, layer: 'gold' });
    expect(exported(name)).toEqual({
      dataset_declared_timestamp_seconds: NOW,
      'dataset_lifecycle_state enabled': 1,
    });
  });
});

describe('freshness', () => {
  test('tells old data, an empty data set and one that can not be read apart (TR-37)', async () => {
    let newest: () => unknown = () => new Date((NOW - 60) * 1000);
    const { name } = declare({ newest: () => newest() as Date });
    expect(exported(name)).toMatchObject({ dataset_newest_record_read: 0 });
    expect(exported(name)).not.toHaveProperty('dataset_empty');
    await collect();
    expect(exported(name)).toMatchObject({
      dataset_newest_record_timestamp_seconds: NOW - 60,
      dataset_updated_timestamp_seconds: NOW - 60,
      dataset_empty: 0,
      dataset_newest_record_read: 1,
    });
    nowMs += 30_000;
    newest = () => {
      throw new Error('connection refused');
    };
    await collect();
    expect(exported(name)).toMatchObject({
      dataset_newest_record_timestamp_seconds: NOW - 60,
      dataset_newest_record_known_timestamp_seconds: NOW,
      dataset_newest_record_read: 0,
    });
    newest = () => undefined;
    await collect();
    expect(exported(name)).toMatchObject({ dataset_newest_record_read: 0, dataset_empty: 0 });
    newest = () => null;
    await collect();
    expect(exported(name)).toMatchObject({
      dataset_empty: 1,
      dataset_newest_record_read: 1,
      dataset_newest_record_known_timestamp_seconds: NOW + 30,
    });
    expect(exported(name)).not.toHaveProperty('dataset_newest_record_timestamp_seconds');
    // 0 is a time, and not nothing.
    newest = () => 0;
    await collect();
    expect(exported(name)).toMatchObject({ dataset_empty: 0, dataset_newest_record_timestamp_seconds: 0 });
  });

  test('is told by hand as well, and says when the data set was last updated', () => {
    const dataset = declare();
    dataset.fresh(NOW - 600);
    nowMs += 60_000;
    dataset.fresh(NOW - 600);
    expect(exported(dataset.name)).toMatchObject({
      dataset_newest_record_timestamp_seconds: NOW - 600,
      dataset_updated_timestamp_seconds: NOW - 600,
      dataset_freshness_objective_seconds: 7_200,
    });
    dataset.fresh(NOW);
    expect(exported(dataset.name)).toMatchObject({ dataset_updated_timestamp_seconds: NOW + 60 });
  });

  test('of milliseconds is refused, and changes nothing', () => {
    const dataset = declare();
    dataset.fresh(NOW * 1000);
    expect(exported(dataset.name)).not.toHaveProperty('dataset_newest_record_timestamp_seconds');
    trackFreshness(undefined as never);
    trackFreshness({ dataset: 3 as never, newest: null });
  });

  test('has one reader, and none when it is ended', async () => {
    const { name } = declare({ newest: () => NOW - 1 });
    const stop = trackFreshness({ dataset: name, newest: () => NOW - 2 });
    await collect();
    expect(exported(name)).toMatchObject({ dataset_newest_record_timestamp_seconds: NOW - 2 });
    stop();
    expect(exported(name)).not.toHaveProperty('dataset_newest_record_read');
    expect(exported(name)).toMatchObject({ dataset_newest_record_timestamp_seconds: NOW - 2 });
  });
});

describe('a quality check', () => {
  test('is a score, what was evaluated, and what failed by severity', () => {
    const dataset = declare({ suites: ['suite'] });
    dataset.checked({
      suite: 'suite',
      evaluated: 20,
      failures: [
        { expectation: 'not null', column: 'pm25' },
        { expectation: 'in range', severity: 'warn' },
      ],
    });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_quality_score_ratio suite': 0.95,
      'dataset_check_evaluated_expectations suite': 20,
      'dataset_check_failed_expectations suite': 1,
      'dataset_check_warned_expectations suite': 1,
      'dataset_failed_expectations_total suite error': 1,
      'dataset_failed_expectations_total suite warn': 1,
      'dataset_checks_total suite failed': 1,
      'dataset_check_last_verdict_timestamp_seconds suite': NOW,
      'dataset_check_errored suite': 0,
    });
    nowMs += 1_000;
    dataset.checked({ suite: 'suite', evaluated: 20, warned: 1 });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_quality_score_ratio suite': 1,
      'dataset_checks_total suite passed': 1,
    });
  });

  test('that evaluated nothing has errored: it has no score and is no check (TR-38)', () => {
    const dataset = declare({ suites: ['suite'] });
    dataset.checked({ suite: 'suite', scoreRatio: 0.97 });
    nowMs += 60_000;
    for (const told of [
      { evaluated: 0 },
      {},
      { scoreRatio: null as never },
      { evaluated: 3, error: new Error('no table') },
    ])
      dataset.checked({ suite: 'suite', ...told });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_quality_score_ratio suite': 0.97,
      'dataset_checks_total suite failed': 1,
      'dataset_checks_total suite errored': 4,
      'dataset_check_errored suite': 1,
      'dataset_check_last_run_timestamp_seconds suite': NOW + 60,
      'dataset_check_last_verdict_timestamp_seconds suite': NOW,
    });
  });

  test('whose score is a percentage is refused, as are numbers that are none (TR-25)', () => {
    const dataset = declare({ suites: ['suite'] });
    const before = exported(dataset.name);
    for (const told of [
      { scoreRatio: 97 },
      { evaluated: -1 },
      { evaluated: 3, failed: Number.NaN },
      { evaluated: 1, at: Number.NaN },
    ])
      dataset.checked({ suite: 'suite', ...told });
    dataset.checked(undefined as never);
    recordQualityCheck(undefined as never);
    expect(exported(dataset.name)).toEqual(before);
  });

  test('that was told already is not told again: a document may be read twice', () => {
    const dataset = declare({ suites: ['suite'] });
    const told = { suite: 'suite', evaluated: 4, failed: 1, at: new Date((NOW - 60) * 1000) };
    dataset.checked(told);
    dataset.checked(told);
    dataset.checked({ ...told, at: NOW - 120 });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_checks_total suite failed': 1,
      'dataset_check_last_run_timestamp_seconds suite': NOW - 60,
    });
  });

  test('of a time to come hides none that comes after it, and is told once all the same', () => {
    const dataset = declare({ suites: ['suite'] });
    const early = { suite: 'suite', evaluated: 4, failed: 1, at: NOW + 9 * 3_600 };
    dataset.checked(early);
    dataset.checked(early);
    dataset.checked({ ...early, failed: 0, at: NOW - 60 });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_checks_total suite failed': 1,
      'dataset_checks_total suite passed': 1,
      'dataset_quality_score_ratio suite': 1,
    });
  });

  test('counts what failed and says nothing of itself', () => {
    const dataset = declare({ suites: ['suite'] });
    const failures = [null, 'not null', { expectation: 'unique', severity: 'warn' }];
    dataset.checked({ suite: 'suite', evaluated: 4, failures: failures as never });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_quality_score_ratio suite': 0.5,
      'dataset_check_warned_expectations suite': 1,
    });
  });

  test('of what nobody declares is recorded all the same, in the layer of the one data set of that name', () => {
    const { name } = declare();
    recordQualityCheck({ dataset: name, suite: 'other', evaluated: 1 });
    expect(exported(name)).toMatchObject({
      'dataset_quality_score_ratio other': 1,
      dataset_score_objective_ratio: 0.9,
    });
    expect(exported(name)).not.toHaveProperty('dataset_check_interval_seconds other');
    recordQualityCheck({ dataset: 'undeclared', suite: 'other', evaluated: 2, failed: 1 });
    expect(
      metrics.datasetQualityScore.peek({ dataset: 'undeclared', layer: 'default', suite: 'other' }),
    ).toBe(0.5);
  });

  test('logs each expectation that failed, with what is known of it', () => {
    const before = log();
    const lines: unknown[] = [];
    const note = (level: string) => (fields: unknown, text: unknown) =>
      void lines.push([level, fields, text]);
    setLogger({ ...before, error: note('error'), warn: note('warn') } as never);
    try {
      const dataset = declare({ suites: ['suite'] });
      const of = { dataset: dataset.name, layer: 'gold', suite: 'suite' };
      dataset.checked({
        suite: 'suite',
        evaluated: 3,
        failures: [
          { expectation: 'not null', column: 'pm25', observed: 17, expected: 0, message: 'nulls' },
          { expectation: 'fresh', severity: 'warn' },
        ],
      });
      expect(lines).toEqual([
        [
          'error',
          {
            ...of,
            expectation: 'not null',
            column: 'pm25',
            severity: 'error',
            observed: 17,
            expected: 0,
            detail: 'nulls',
          },
          'expectation failed',
        ],
        [
          'warn',
          expect.objectContaining({ ...of, expectation: 'fresh', severity: 'warn' }),
          'expectation failed',
        ],
      ]);
    } finally {
      setLogger(before);
    }
  });
});

describe('the table of checks', () => {
  const written = (outcome: 'written' | 'failed' | 'dropped') =>
    readMetric(metrics.datasetCheckRows, { outcome }) ?? 0;

  test('has a row for each run, in the columns of the reference system', async () => {
    const rows: unknown[][] = [];
    const stop = keepQualityChecks({
      pool: { query: async (_: string, values: unknown[]) => void rows.push(values) },
    });
    const dataset = declare({ suites: ['suite'] });
    dataset.checked({
      suite: 'suite',
      evaluated: 4,
      failures: [{ expectation: 'not null', observed: [17n, 'a\u0000b\ud800c\\\\u0000'] }],
    });
    dataset.checked({ suite: 'suite', error: new Error('no') });
    await vi.waitFor(() => expect(rows).toHaveLength(2));
    const at = new Date(NOW * 1000);
    expect(rows[0]).toEqual([
      'gold',
      'suite',
      75,
      1,
      at,
      dataset.name,
      'failed',
      4,
      0,
      // Postgres takes neither the character 0 nor half a character in JSON.
      '[{"expectation":"not null","observed":["17","a\ufffdb\ufffdc\\\\\\\\u0000"]}]',
    ]);
    expect(rows[1]).toEqual(['gold', 'suite', null, 0, at, dataset.name, 'errored', null, 0, '[]']);
    stop();
    dataset.checked({ suite: 'suite', evaluated: 4 });
    expect(rows).toHaveLength(2);
  });

  test('blocks and throws nothing while the database is slow or gone, and is counted', async () => {
    const before = { failed: written('failed'), dropped: written('dropped'), written: written('written') };
    let answer: (() => void) | undefined;
    let isGone = false;
    const stop = keepQualityChecks({
      capacity: 2,
      pool: {
        query: () => {
          if (isGone) throw new Error('connection refused');
          return new Promise<void>((resolve) => {
            answer = resolve;
          });
        },
      },
    });
    const dataset = declare({ suites: ['suite'] });
    for (let i = 0; i < 4; i++) dataset.checked({ suite: 'suite', evaluated: 1 });
    expect(written('dropped') - before.dropped).toBe(1);
    isGone = true;
    await vi.waitFor(() => expect(answer).toBeDefined());
    answer?.();
    await vi.waitFor(() => expect(written('failed') - before.failed).toBe(2));
    expect(written('written') - before.written).toBe(1);
    stop();
    keepQualityChecks(undefined as never);
    keepQualityChecks({ pool: {} as never });
  });

  test('asks a database that does not answer once, and not for each row with one connection more', async () => {
    let asked = 0;
    let answer = () => {};
    const stop = keepQualityChecks({
      timeoutSeconds: 0.001,
      pool: {
        query: () => {
          asked++;
          return new Promise<void>((resolve) => {
            answer = resolve;
          });
        },
      },
    });
    const dataset = declare({ suites: ['suite'] });
    const failed = written('failed');
    for (let i = 0; i < 3; i++) dataset.checked({ suite: 'suite', evaluated: 1 });
    await vi.waitFor(() => expect(written('failed') - failed).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toBe(1);
    answer();
    await vi.waitFor(() => expect(asked).toBe(2));
    stop();
    answer();
  });

  test('and the log have of what failed what a person reads and a database takes, and no credential', async () => {
    const rows: unknown[][] = [];
    const stop = keepQualityChecks({
      pool: { query: async (_: string, values: unknown[]) => void rows.push(values) },
    });
    const error = vi.fn();
    setLogger({ debug() {}, info() {}, warn() {}, error });
    const circle: { self?: object } = {};
    circle.self = circle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const all = Array.from({ length: 50_000 }, (_, i) => ({ id: i }));
    const failures: unknown[] = [
      { expectation: 'a\0b\ud800', observed: 'postgres://svc:Tr0ub@4dor@db/app', message: 'x'.repeat(1e6) },
      {
        expectation: 'rows',
        observed: { password: 'Tr0ub@4dor', all },
        expected: [1n, Number.NaN, new Date(0)],
      },
      { expectation: 'circle', observed: circle, expected: new Map([[1, new Set([2])]]) },
      { expectation: 'dates', observed: new Date(Number.NaN), expected: Symbol('x') },
      {
        expectation: 'getter',
        get observed(): never {
          throw new Error('no');
        },
        get severity(): never {
          throw new Error('no');
        },
      },
      { expectation: 'pollution', observed: JSON.parse('{"__proto__":{"polluted":1}}') as object },
      { expectation: 'error', observed: new Error('of mysql://svc:Tr0ub4dor@db'), column: 5 },
      null,
      7,
      proxy,
    ];
    const { name } = declare({ suites: ['hostile'] });
    recordQualityCheck({ dataset: name, suite: 'hostile', evaluated: 20, failures: failures as never });
    await vi.waitFor(() => expect(rows).toHaveLength(1));
    stop();
    setLogger(undefined);
    const details = rows[0]!.at(-1) as string;
    expect(JSON.parse(details)).toMatchObject([
      { expectation: 'a\ufffdb\ufffd', observed: 'postgres://svc:[redacted]@db/app' },
      {
        expectation: 'rows',
        observed: { password: '[redacted]' },
        expected: ['1', 'NaN', '1970-01-01T00:00:00.000Z'],
      },
      { expectation: 'circle', observed: { self: { self: {} } }, expected: [[1, [2]]] },
      { expectation: 'dates', expected: 'Symbol(x)' },
      { expectation: 'getter' },
      { expectation: 'pollution' },
      { expectation: 'error', observed: 'Error: of mysql://svc:[redacted]@db', column: '5' },
      { expectation: 'unnamed' },
      { expectation: 'unnamed' },
      { expectation: 'unnamed' },
    ]);
    expect(details.length).toBeLessThan(10_000);
    expect(details).not.toContain('4dor');
    expect(error).toHaveBeenCalledTimes(10);
    expect(JSON.stringify(error.mock.calls).length).toBeLessThan(10_000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('has a name that can not leave its quotes', () => {
    expect(() => qualityChecksTable('')).toThrowError('non-empty string');
    expect(qualityChecksTable('quality.runs"; DROP')).toContain('"quality"."runs""; DROP" (');
  });
});

describe('completeness, volume, values and schema', () => {
  test('are what is there of what should be', () => {
    const dataset = declare();
    dataset.complete({ expected: 200, found: 150, gaps: 3 });
    expect(exported(dataset.name)).toMatchObject({
      dataset_completeness_ratio: 0.75,
      dataset_expected_records: 200,
      dataset_missing_records: 50,
      dataset_gaps: 3,
      dataset_completeness_objective_ratio: 0.99,
      dataset_completeness_timestamp_seconds: NOW,
    });
    dataset.complete({ expected: 0, found: 7 });
    expect(exported(dataset.name)).toMatchObject({
      dataset_completeness_ratio: 1,
      dataset_missing_records: 0,
    });
    expect(exported(dataset.name)).not.toHaveProperty('dataset_gaps');
  });

  test('a load that brought nothing is told apart, and late rows are counted', () => {
    const dataset = declare();
    dataset.loaded({ rows: 0 });
    expect(exported(dataset.name)).toMatchObject({
      dataset_load_rows: 0,
      dataset_load_min_rows: 1,
      'dataset_loads_total zero_rows': 1,
      'dataset_loads_total rows': 0,
    });
    dataset.loaded({ rows: 10, lateRows: 2 });
    expect(exported(dataset.name)).toMatchObject({
      dataset_load_rows: 10,
      dataset_loaded_rows_total: 10,
      dataset_late_rows_total: 2,
      'dataset_loads_total rows': 1,
    });
  });

  test('values are held to the bounds of their column, both included', () => {
    const dataset = declare({ values: { pm25: { min: 0, max: 500 } } });
    const outside = () => exported(dataset.name)['dataset_values_out_of_range pm25'];
    for (const [told, expected] of [
      [{ min: 0, max: 500 }, 0],
      [{ min: -1 }, 1],
      [{ max: 501 }, 1],
      [{ max: 501, outOfRange: 12 }, 12],
      [{ min: 3 }, 0],
    ] as const) {
      dataset.values({ column: 'pm25', ...told });
      expect(outside()).toBe(expected);
    }
    expect(exported(dataset.name)).toMatchObject({ 'dataset_value_smallest pm25': 3 });
    expect(exported(dataset.name)).not.toHaveProperty('dataset_value_largest pm25');
  });

  test('values that are no numbers are outside of a bound, and a column without any value is not', () => {
    const dataset = declare({ values: { pm25: { min: 0, max: 500 }, sea: { min: -430 }, sky: { max: 9 } } });
    const { NaN: none, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
    for (const [column, told, outside, smallest, largest] of [
      ['pm25', { min: 1, max: none }, 1, 1, undefined],
      ['pm25', { min: 1, max: most }, 1, 1, undefined],
      ['pm25', { min: least, max: 2 }, 1, undefined, 2],
      ['pm25', { min: most, max: least }, 0, undefined, undefined],
      ['pm25', { min: null, max: null, outOfRange: null }, 0, undefined, undefined],
      ['pm25', { min: 2, max: 1 }, 0, 1, 2],
      ['pm25', { min: 501, max: 1 }, 1, 1, 501],
      ['sea', { min: 0, max: most }, 0, 0, undefined],
      ['sea', { max: none }, 1, undefined, undefined],
      ['sky', { min: least, max: 9 }, 0, undefined, 9],
    ] as const) {
      dataset.values({ column: column as 'pm25', ...told });
      const found = exported(dataset.name);
      expect([
        found[`dataset_values_out_of_range ${column}`],
        found[`dataset_value_smallest ${column}`],
        found[`dataset_value_largest ${column}`],
      ]).toEqual([outside, smallest, largest]);
    }
  });

  test('a schema is held to the declared columns, and a change counts once', () => {
    const dataset = declare({ columns: { a: 'int', b: 'text' } });
    for (let i = 0; i < 2; i++) dataset.schema({ a: 'bigint', c: 'text' });
    expect(exported(dataset.name)).toMatchObject({
      dataset_schema_differences: 3,
      'dataset_schema_changes_total added': 1,
      'dataset_schema_changes_total removed': 1,
      'dataset_schema_changes_total changed': 1,
    });
    dataset.schema({ a: 'int', b: 'text' });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 0 });
  });

  test('without declared columns a schema is held to what was seen first', () => {
    const dataset = declare();
    dataset.schema({ a: 'int' });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 0 });
    recordSchema({ dataset: dataset.name, columns: { a: 'int', b: 'int' } });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 1 });
    // A table that is gone has lost all of its columns.
    recordSchema({ dataset: dataset.name, columns: {} });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 1 });
    expect(exported(dataset.name)).toMatchObject({ 'dataset_schema_changes_total removed': 1 });
  });

  test('a table without columns, which is not there yet, is none that others are compared with', () => {
    const dataset = declare();
    dataset.schema({});
    dataset.schema({ a: 'int' });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 0 });
    dataset.schema({ a: 'text' });
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 1 });
  });

  test('rows of a catalog, or names without types, are no columns', () => {
    const dataset = declare({ columns: { a: 'int' } });
    dataset.schema({ a: 'int' });
    for (const columns of [[{ column_name: 'a', data_type: 'int' }], ['a'], 'a', { a: undefined }, null])
      dataset.schema(columns as never);
    expect(exported(dataset.name)).toMatchObject({ dataset_schema_differences: 0 });
  });

  test('numbers that are none are refused, and throw nothing', () => {
    const dataset = declare();
    const before = exported(dataset.name);
    const { name: of } = dataset;
    recordCompleteness({ dataset: of, expected: -1, found: 1 });
    recordVolume({ dataset: of, rows: Number.NaN });
    recordValueRange({ dataset: of, column: 'a', min: Number.NaN });
    recordSchema({ dataset: of, columns: undefined as never });
    for (const helper of [recordCompleteness, recordVolume, recordValueRange, recordSchema])
      helper(undefined as never);
    expect(exported(of)).toEqual(before);
  });
});

describe('what a person says', () => {
  test('disables, enables and retires a data set, of which nothing is recorded then', async () => {
    const dataset = declare({ newest: () => NOW, suites: ['suite'] });
    dataset.disable();
    expect(dataset.state).toBe('disabled');
    dataset.enable();
    expect(dataset.state).toBe('enabled');
    dataset.retire();
    dataset.fresh(NOW);
    dataset.checked({ suite: 'suite', evaluated: 1 });
    dataset.loaded({ rows: 1 });
    await collect();
    expect(exported(dataset.name)).toEqual({ 'dataset_lifecycle_state retired': 1 });
    declareDataset({ name: dataset.name, layer: 'gold' });
    expect(exported(dataset.name)).toMatchObject({
      'dataset_lifecycle_state enabled': 1,
      'dataset_lifecycle_state retired': 0,
    });
  });

  test('retires a suite, and what this code does not declare any longer', () => {
    const dataset = declare({ suites: ['suite'] });
    dataset.retireSuite('suite');
    dataset.checked({ suite: 'suite', evaluated: 1 });
    const about = Object.keys(exported(dataset.name)).filter((key) => key.includes('suite'));
    expect(about).toEqual(['dataset_suite_retired_timestamp_seconds suite']);
    retireDataset({ dataset: 'former', layer: 'gold' });
    expect(exported('former')).toEqual({ 'dataset_lifecycle_state retired': 1 });
    retireDataset({ dataset: '' });
    retireDataset(undefined as never);
    dataset.retireSuite('');
  });
});

test('a data set is found by its name however many there are, and one of two layers is not guessed', () => {
  const one = declare({ suites: ['suite'] });
  recordVolume({ dataset: one.name, rows: 5 });
  expect(readMetric(metrics.datasetLoadRows, { dataset: one.name, layer: 'gold' })).toBe(5);
  declareDataset({ name: one.name, layer: 'silver' });
  recordVolume({ dataset: one.name, rows: 6 });
  expect(readMetric(metrics.datasetLoadRows, { dataset: one.name, layer: 'default' })).toBe(6);
});

test('a table that was exchanged for another one does not fill the log', () => {
  const warn = vi.fn();
  setLogger({ debug() {}, info() {}, warn, error() {} });
  const { name, schema } = declare();
  schema({ c0: 'text' });
  schema(Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`c${i}`, 'text'])));
  setLogger(undefined);
  expect(warn).toHaveBeenCalledTimes(101);
  expect(warn.mock.calls[0]).toEqual([
    { dataset: name, layer: 'gold', columns: 4_900 },
    'schema differs in more columns than are told',
  ]);
  expect(readMetric(metrics.datasetSchemaChanges, { dataset: name, layer: 'gold', change: 'added' })).toBe(
    5_000,
  );
});
