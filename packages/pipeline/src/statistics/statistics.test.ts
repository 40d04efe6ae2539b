import { DeclarationError, setLogger } from '@sightglass/core';
import { fakeClock, resetMetrics } from '@sightglass/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  anomalyScore,
  dagRun,
  declareDag,
  declareDataset,
  declareStatistic,
  recordStatistic,
  retireStatistic,
  statisticsOf,
} from '../index.ts';
import * as metrics from './metrics.ts';

let count = 0;
/** A name that no other test has. */
const unused = () => `statistic_${count++}`;

beforeEach(() => {
  resetMetrics();
});
afterEach(() => {
  setLogger(undefined);
});

/** What is exported of one statistic, by metric and state. */
function exported(statistic: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { descriptor, series } of Object.values(metrics))
    for (const cell of series.cells)
      if (cell.values.includes(statistic) && 'value' in cell && !Number.isNaN(cell.value))
        found[[descriptor.name, ...cell.values.slice(2)].join(' ')] = cell.value;
  return found;
}

const logged = () => {
  const warn = vi.fn();
  const quiet = () => {};
  setLogger({ debug: quiet, info: quiet, warn, error: quiet });
  return warn;
};

describe('formulas', () => {
  test('are those of the textbook', () => {
    expect(statisticsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      count: 8,
      mean: 5,
      standardDeviation: 2,
      median: 4.5,
      medianAbsoluteDeviation: 0.5,
    });
    expect(statisticsOf([1, 1, 2, 2, 4, 6, 9])).toMatchObject({ median: 2, medianAbsoluteDeviation: 1 });
    expect(statisticsOf([])).toEqual({
      count: 0,
      mean: 0,
      standardDeviation: 0,
      median: 0,
      medianAbsoluteDeviation: 0,
    });
  });

  test('keep what large numbers differ by, and leave out what is no number', () => {
    const { mean, standardDeviation } = statisticsOf([1e15, 1e15 + 2, Number.NaN, Infinity, '3' as never]);
    expect(mean - 1e15).toBe(1);
    expect(standardDeviation).toBe(1);
    expect(statisticsOf(undefined as never).count).toBe(0);
  });

  test('a score is in spreads, none of them smaller than its floor', () => {
    const floor = { ratio: 0.05, least: 0 };
    expect(anomalyScore(130, 100, 10, floor)).toBe(3);
    // 10 to 11 is 2 spreads of 5 %, and not infinitely many.
    expect(anomalyScore(11, 10, 0, floor)).toBe(2);
    expect(anomalyScore(-150, -100, 1, floor)).toBe(-10);
    expect(anomalyScore(8, 0, 0, { ratio: 0.05, least: 2 })).toBe(4);
    expect(anomalyScore(50, 0, 0, floor)).toBeUndefined();
  });
});

describe('a statistic', () => {
  test('compares a run with those before it, and keeps it for the next', () => {
    fakeClock(1_000_000);
    const name = unused();
    const rows = declareStatistic({ name, kind: 'volume', leastRuns: 3 });
    for (const value of [100, 110, 90]) rows.record(value);
    expect(exported(name)).toMatchObject({
      statistic_judged: 0,
      statistic_score: 0,
      statistic_training_runs: 2,
    });
    expect(exported(name).statistic_z_score).toBeUndefined();
    rows.record(125);
    const deviation = Math.sqrt(200 / 3);
    expect(exported(name)).toMatchObject({
      statistic_last_value: 125,
      statistic_last_run_timestamp_seconds: 1_000,
      statistic_training_runs: 3,
      statistic_training_mean: 100,
      statistic_training_standard_deviation: expect.closeTo(deviation, 10),
      statistic_training_median: 100,
      statistic_training_median_absolute_deviation: 10,
      statistic_judged: 1,
      statistic_z_score: expect.closeTo(25 / deviation, 10),
      statistic_robust_score: expect.closeTo(25 / 14.826, 10),
      statistic_score: expect.closeTo(25 / deviation, 10),
      statistic_sensitivity: 3,
      'statistic_lifecycle_state enabled': 1,
    });
    expect(rows.values).toEqual([100, 110, 90, 125]);
  });

  test('keeps no more runs than its window', () => {
    const rows = declareStatistic({
      name: unused(),
      kind: 'value',
      window: 3,
      leastRuns: 2,
      history: [1, 2, 3, 4],
    });
    expect(rows.values).toEqual([2, 3, 4]);
    rows.record(5);
    expect(rows.values).toEqual([3, 4, 5]);
  });

  test('says 0 of what is unusual the other way, and by the method that it declares', () => {
    const history = [10, 10, 10, 10];
    const name = unused();
    const slow = declareStatistic({ name, kind: 'duration', leastRuns: 3, history });
    slow.record(1);
    expect(exported(name)).toMatchObject({ statistic_z_score: -18, statistic_score: 0 });
    const other = unused();
    // One odd run hides the next from mean and deviation, and not from median and MAD.
    const robust = declareStatistic({
      name: other,
      kind: 'value',
      method: 'robust',
      leastRuns: 3,
      history: [9, 11, 10, 1_000],
    });
    robust.record(100);
    expect(Math.abs(exported(other).statistic_z_score!)).toBeLessThan(1);
    expect(exported(other).statistic_score).toBe(exported(other).statistic_robust_score);
    expect(exported(other).statistic_sensitivity).toBe(3.5);
  });

  test('says no score of what was always 0, and one where its declaration says the least spread', () => {
    const [zero, least] = [unused(), unused()];
    declareStatistic({ name: zero, kind: 'value', leastRuns: 2, history: [0, 0, 0] }).record(50);
    expect(exported(zero)).toMatchObject({ statistic_judged: 1, statistic_score: 0 });
    expect(exported(zero).statistic_z_score).toBeUndefined();
    declareStatistic({ name: least, kind: 'value', leastRuns: 2, leastSpread: 5, history: [0, 0, 0] }).record(
      50,
    );
    expect(exported(least).statistic_score).toBe(10);
  });

  test('declared again keeps its runs, and says who answers for it now', () => {
    const name = unused();
    const first = declareStatistic({ name, kind: 'volume', owner: 'a' });
    first.record(1);
    const second = declareStatistic({ name, kind: 'volume', owner: 'b' });
    first.record(2);
    expect(second.values).toEqual([1, 2]);
    expect(exported(name)).toMatchObject({ 'statistic_owner_info b': 1 });
    expect(exported(name)['statistic_owner_info a']).toBeUndefined();
  });

  test('is recorded by its name too, and refused where it is not declared', () => {
    const name = unused();
    const rows = declareStatistic({ name, kind: 'volume' });
    recordStatistic({ statistic: name, kind: 'volume', value: 7 });
    recordStatistic({ statistic: name, kind: 'value', value: 8 });
    for (const value of [Number.NaN, Infinity, '9', undefined] as never[]) rows.record(value);
    recordStatistic(undefined as never);
    expect(rows.values).toEqual([7]);
  });

  test('that is retired exports that and nothing else, and records nothing', () => {
    const name = unused();
    const rows = declareStatistic({ name, kind: 'volume', owner: 'a', history: [1, 2] });
    rows.record(3);
    rows.retire();
    rows.record(4);
    expect(exported(name)).toEqual({ 'statistic_lifecycle_state retired': 1 });
    const other = unused();
    retireStatistic(other, 'value');
    retireStatistic('', 'value');
    retireStatistic(other, 'nothing' as never);
    expect(exported(other)).toEqual({ 'statistic_lifecycle_state retired': 1 });
  });

  test('is disabled and enabled again', () => {
    const rows = declareStatistic({ name: unused(), kind: 'volume' });
    rows.disable();
    expect(rows.state).toBe('disabled');
    rows.enable();
    expect(rows.state).toBe('enabled');
  });
});

describe('a history over restarts', () => {
  test('is loaded once, and saved after each run', async () => {
    const saved: (readonly number[])[] = [];
    const history = {
      load: vi.fn(async () => [1, 2, 3]),
      save: (values: readonly number[]) => void saved.push(values),
    };
    const rows = declareStatistic({ name: unused(), kind: 'volume', leastRuns: 3, history });
    // What comes before it is there waits for it.
    rows.record(4);
    expect(rows.values).toEqual([]);
    await vi.waitFor(() => expect(rows.values).toEqual([1, 2, 3, 4]));
    await vi.waitFor(() => expect(saved).toEqual([[1, 2, 3, 4]]));
    expect(history.load).toHaveBeenCalledOnce();
  });

  test('is saved by one call at a time, and after it once for all runs that came meanwhile', async () => {
    const saved: (readonly number[])[] = [];
    let answer = () => {};
    const history = {
      load: () => [],
      save: (values: readonly number[]) => {
        saved.push(values);
        return new Promise<void>((resolve) => {
          answer = resolve;
        });
      },
    };
    const rows = declareStatistic({ name: unused(), kind: 'volume', history });
    await vi.waitFor(() => expect(rows.values).toEqual([]));
    for (let i = 1; i <= 5; i++) rows.record(i);
    await vi.waitFor(() => expect(saved).toHaveLength(1));
    answer();
    await vi.waitFor(() => expect(saved.at(-1)).toEqual([1, 2, 3, 4, 5]));
    expect(saved).toHaveLength(2);
  });

  test.each([
    [
      'that throws',
      () => {
        throw new Error('no disk');
      },
    ],
    [
      'that rejects',
      async () => {
        throw new Error('no disk');
      },
    ],
    ['that gives what is no list', async () => ({ values: [1] }) as never],
  ])('%s is gone without, and that is said once', async (_, load) => {
    const warn = logged();
    const save = () => {
      throw new Error('read-only');
    };
    const rows = declareStatistic({ name: unused(), kind: 'volume', history: { load, save } });
    rows.record(1);
    await vi.waitFor(() => expect(rows.values).toEqual([1]));
    rows.record(2);
    rows.record(3);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
    expect(warn.mock.calls.map(([, message]) => message)).toEqual([
      'the history of a statistic could not be loaded',
      'the history of a statistic could not be saved',
    ]);
  });

  test('holds whatever: what is no number is left out', async () => {
    const rows = declareStatistic({
      name: unused(),
      kind: 'volume',
      history: { load: () => [1, 'x', null, Number.NaN, 2] as never, save: () => {} },
    });
    await vi.waitFor(() => expect(rows.values).toEqual([1, 2]));
  });
});

test('a declaration lists everything that is wrong with it', () => {
  expect(() =>
    declareStatistic({
      name: '',
      kind: 'size' as never,
      method: 'mean' as never,
      direction: 'left' as never,
      sensitivity: 0,
      window: 1,
      leastRuns: 1.5,
      spreadFloorRatio: -1,
      leastSpread: Number.NaN,
      history: {} as never,
      owner: '',
      sensitivty: 3,
    } as never),
  ).toThrow(
    new DeclarationError('The statistic', [
      'name must be a non-empty string',
      'kind must be volume, value, duration',
      'method must be z_score or robust',
      'direction must be both, up or down',
      'sensitivity must be a number above 0',
      'window must be a whole number from 2 to 1000',
      'leastRuns must be a whole number from 2, and no more than the window holds',
      'spreadFloorRatio must be a number of at least 0',
      'leastSpread must be a number of at least 0',
      'history must be a list of numbers, or an object with load() and save()',
      'owner must be a non-empty string',
      '"sensitivty" is no option; did you mean sensitivity?',
    ]),
  );
  expect(() => declareStatistic(undefined as never)).toThrow(DeclarationError);
});

describe('a declaration that asks for its runs to be compared', () => {
  const last = (statistic: string) => exported(statistic).statistic_last_value;

  test('of a data set: the rows of each load, by its layer, while it is enabled', () => {
    const name = unused();
    const trades = declareDataset({ name, layer: 'silver', owner: 'team', anomalies: { leastRuns: 2 } });
    for (const rows of [100, 104, 96]) trades.loaded({ rows });
    expect(last(`silver.${name}`)).toBe(96);
    expect(exported(`silver.${name}`).statistic_score).toBeCloseTo(-6 / (0.05 * 102), 1);
    trades.disable();
    trades.loaded({ rows: 7 });
    expect(last(`silver.${name}`)).toBe(96);
    // In no layer it has its own name; another that asks for nothing has none.
    const other = unused();
    declareDataset({ name: other, anomalies: true }).loaded({ rows: 3 });
    declareDataset({ name: `${other}_b` }).loaded({ rows: 3 });
    expect([last(other), last(`${other}_b`)]).toEqual([3, undefined]);
    // It is gone with its data set, and when it is asked for no longer.
    trades.retire();
    declareDataset({ name: other });
    for (const one of [`silver.${name}`, other])
      expect(exported(one)).toEqual({ 'statistic_lifecycle_state retired': 1 });
  });

  test('of a DAG: how long each good run took', async () => {
    const id = unused();
    const dag = declareDag({ id, intervalSeconds: 60, tasks: { load: {} }, anomalies: true });
    await dagRun(dag, { load: () => {} });
    expect(last(id)).toBeGreaterThanOrEqual(0);
    await dagRun(dag, {
      load: () => {
        throw new Error('no');
      },
    }).catch(() => {});
    const durations = declareStatistic({ name: id, kind: 'duration' });
    expect(durations.values).toHaveLength(1);
    dag.retire();
    expect(exported(id)).toEqual({ 'statistic_lifecycle_state retired': 1 });
  });

  test('is refused with what is wrong with it', () => {
    const declare = (anomalies: unknown) => () => declareDataset({ name: 'x', anomalies } as never);
    expect(declare(3)).toThrow(/anomalies must be true, false or an object/);
    expect(declare({ window: 1, kind: 'value' })).toThrow(
      /anomalies can not say kind[\s\S]*anomalies: window/,
    );
  });
});
