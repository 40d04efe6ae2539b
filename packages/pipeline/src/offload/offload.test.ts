import { trace } from '@opentelemetry/api';
import { setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  declareOffload,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
  setPipelineInfo,
  trackLag,
} from './index.ts';
import * as metrics from './metrics.ts';

const START_MS = Date.UTC(2026, 0, 1);
let nowMs = START_MS;
processStore().setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });

const options = { layer: 'bronze', tables: ['trades', 'quotes'], intervalSeconds: 900 } as const;
const trades = { table: 'trades', layer: 'bronze' };
const value = (metric: { series: { peek(labels: never): unknown } }, labels: object): number | undefined =>
  (metric.series.peek(labels as never) as { value: number } | undefined)?.value;

/** The names of what is exported with this label value. */
const exported = (label: string) =>
  Object.values(metrics).flatMap(({ descriptor, series }) =>
    series.cells
      .filter((cell) => cell.values.includes(label) && !('value' in cell && Number.isNaN(cell.value)))
      .map(() => descriptor.name),
  );

beforeEach(() => {
  nowMs = START_MS;
  for (const metric of Object.values(metrics)) metric.removeAll({});
  for (const layer of ['bronze', 'silver']) declareOffload({ ...options, layer, tables: ['retired'] });
});

describe('a declaration', () => {
  test('gives birth to every series at zero and exports its objectives', () => {
    declareOffload({ ...options, lagObjectiveSeconds: { trades: 60, quotes: 120 }, version: '1.2.3' });
    expect(value(metrics.offloadRows, trades)).toBe(0);
    expect(value(metrics.offloadErrors, { ...trades, error_type: 'timeout' })).toBe(0);
    expect(value(metrics.offloadErrors, { ...trades, error_type: 'process_error' })).toBe(0);
    expect(value(metrics.offloadCycles, { layer: 'bronze', status: 'partial' })).toBe(0);
    expect(value(metrics.offloadConsecutiveFailures, trades)).toBe(0);
    expect(value(metrics.offloadInterval, { layer: 'bronze' })).toBe(900);
    expect(value(metrics.offloadTablesConfigured, { layer: 'bronze' })).toBe(2);
    expect(value(metrics.offloadLagObjective, { table: 'quotes', layer: 'bronze' })).toBe(120);
    expect(value(metrics.offloadInfo, { layer: 'bronze', version: '1.2.3' })).toBe(1);
  });

  test('lists everything that is wrong with it', () => {
    const wrong = {
      layer: '',
      tables: ['a', 'a'],
      intervalSeconds: 0,
      lagObjectiveSeconds: { b: 1 },
      successObjectiveRatio: 95,
    };
    expect(() => declareOffload(wrong as never)).toThrowError(
      expect.objectContaining({
        problems: [
          'layer must be a non-empty string',
          'a table is listed twice',
          'intervalSeconds must be a number above 0',
          'lagObjectiveSeconds has no entry for "a"',
          'successObjectiveRatio must be between 0 and 1, both excluded',
        ],
      }),
    );
  });

  test('made again without a table retires the series of that table and no other', () => {
    declareOffload(options);
    recordOffloadFailure({ table: 'quotes', errorType: 'custom', durationSeconds: 1 });
    declareOffload({ ...options, tables: ['trades'] });
    expect(exported('quotes')).toEqual(['offload_table_retired_timestamp_seconds']);
    expect(value(metrics.offloadRows, trades)).toBe(0);
  });

  test('makes what a cycle may take a bucket beside those of every layer, and loses nothing recorded by hand', () => {
    recordOffloadSuccess({ table: 'before', layer: 'bronze', rows: 1, durationSeconds: 1 });
    declareOffload({ ...options, cycleDurationObjectiveSeconds: 450 });
    recordOffloadSuccess({ table: 'before', layer: 'bronze', rows: 1, durationSeconds: 400 });
    recordOffloadSuccess({ table: 'trades', rows: 1, durationSeconds: 400 });
    recordOffloadSuccess({ table: 'elsewhere', layer: 'silver', rows: 1, durationSeconds: 1 });
    const boundsOf = (table: string, layer: string) =>
      metrics.offloadDuration.series.peek({ table, layer, status: 'success' })?.bounds.upper;
    expect(boundsOf('trades', 'bronze')).toEqual([1, 5, 10, 30, 60, 120, 300, 450, 600]);
    expect(boundsOf('before', 'bronze')).toEqual([1, 5, 10, 30, 60, 120, 300, 450, 600]);
    expect(boundsOf('elsewhere', 'silver')).toEqual([1, 5, 10, 30, 60, 120, 300, 600]);
    expect(metrics.offloadCycleDuration.series.peek({ layer: 'bronze' })?.bounds.upper).toEqual([
      5, 10, 15, 30, 60, 120, 300, 450, 600, 900,
    ]);
    declareOffload({ ...options, cycleDurationObjectiveSeconds: 8 * 3600 });
    expect(metrics.offloadCycleDuration.series.peek({ layer: 'bronze' })?.bounds.upper.at(-1)).toBe(28_800);
    declareOffload(options);
  });

  test('takes up the watermarks of a former process without making them look fresh', () => {
    declareOffload({ ...options, watermarks: { trades: new Date(START_MS - 3_600_000) } });
    expect(value(metrics.offloadWatermark, trades)).toBe(START_MS / 1000 - 3600);
    expect(value(metrics.offloadWatermarkUpdated, trades)).toBe(START_MS / 1000 - 3600);
    expect(value(metrics.offloadWatermarkUpdated, { table: 'quotes', layer: 'bronze' })).toBe(
      START_MS / 1000,
    );
    expect(value(metrics.offloadWatermark, { table: 'quotes', layer: 'bronze' })).toBeUndefined();
  });
});

describe('recording by hand', () => {
  test('a success counts rows, resets failures and moves the watermark', () => {
    declareOffload(options);
    recordOffloadFailure({ table: 'trades', errorType: 'timeout', durationSeconds: 30 });
    recordOffloadFailure({ table: 'trades', errorType: 'timeout', durationSeconds: 30 });
    expect(value(metrics.offloadConsecutiveFailures, trades)).toBe(2);
    nowMs += 10_000;
    recordOffloadSuccess({ table: 'trades', rows: 500, durationSeconds: 2, watermark: new Date(nowMs) });
    expect(value(metrics.offloadConsecutiveFailures, trades)).toBe(0);
    expect(value(metrics.offloadRows, trades)).toBe(500);
    expect(value(metrics.offloadLastSuccess, trades)).toBe(nowMs / 1000);
    expect(value(metrics.offloadWatermarkUpdated, trades)).toBe(nowMs / 1000);
    expect(metrics.offloadRowsPerSecond.series.peek(trades)).toMatchObject({ count: 1, sum: 250 });
    expect(metrics.offloadDuration.series.peek({ ...trades, status: 'failed' })).toMatchObject({
      count: 2,
      sum: 60,
    });
    expect(metrics.offloadDuration.series.peek({ ...trades, status: 'success' })).toMatchObject({
      count: 1,
      sum: 2,
    });
  });

  test('a watermark that stays where it was has not moved', () => {
    declareOffload(options);
    const watermark = new Date(START_MS);
    recordOffloadSuccess({ table: 'trades', rows: 5, durationSeconds: 1, watermark });
    nowMs += 60_000;
    recordOffloadSuccess({ table: 'trades', rows: 5, durationSeconds: 1, watermark });
    expect(value(metrics.offloadWatermarkUpdated, trades)).toBe(START_MS / 1000);
  });

  test('a watermark in milliseconds is the mistake it looks like, and is dropped', () => {
    declareOffload(options);
    recordOffloadSuccess({ table: 'trades', rows: 5, durationSeconds: 1, watermark: START_MS });
    expect(value(metrics.offloadWatermark, trades)).not.toBe(START_MS);
  });

  test('a run that moved nothing says nothing about throughput', () => {
    recordOffloadSuccess({ table: 'trades', rows: 0, durationSeconds: 1 });
    expect(metrics.offloadRowsPerSecond.series.peek({ table: 'trades', layer: 'default' })).toMatchObject({
      count: 0,
    });
  });

  test('the layer of a declared table need not be repeated; without a declaration it is "default"', () => {
    declareOffload({ ...options, layer: 'silver', tables: ['orders'] });
    recordOffloadSuccess({ table: 'orders', rows: 1, durationSeconds: 1 });
    recordOffloadSuccess({ table: 'unknown', rows: 1, durationSeconds: 1 });
    expect(value(metrics.offloadRows, { table: 'orders', layer: 'silver' })).toBe(1);
    expect(value(metrics.offloadRows, { table: 'unknown', layer: 'default' })).toBe(1);
  });

  test.each([
    [{ successful: 4, failed: 0 }, 'success'],
    [{ successful: 0, failed: 0 }, 'success'],
    [{ successful: 4, failed: 1 }, 'partial'],
    [{ successful: 0, failed: 5 }, 'failed'],
  ] as const)('a cycle of %o is %s', (counts, status) => {
    recordCycleComplete({ layer: 'bronze', ...counts, durationSeconds: 41, rows: 10 });
    expect(value(metrics.offloadCycles, { layer: 'bronze', status })).toBe(1);
    expect(value(metrics.offloadLastCycleDuration, { layer: 'bronze' })).toBe(41);
    expect(value(metrics.offloadLastCycle, { layer: 'bronze' })).toBe(nowMs / 1000);
  });

  test('a new version replaces the one stated before', () => {
    setPipelineInfo({ layer: 'bronze', version: '1' });
    setPipelineInfo({ layer: 'bronze', version: '2' });
    expect(metrics.offloadInfo.series.cells.map((cell) => cell.values)).toEqual([['bronze', '2']]);
  });
});

describe('the wrapper', () => {
  test('a failing table is recorded and named, and does not end the cycle', async () => {
    const offload = declareOffload(options);
    const report = await offload.cycle(async (cycle) => {
      expect(value(metrics.offloadCycleStarted, { layer: 'bronze' })).toBe(START_MS / 1000);
      expect(await cycle.table('trades', () => Promise.reject(new Error('no')))).toBe(false);
      nowMs += 5_000;
      expect(await cycle.table('quotes', () => ({ rows: 7, watermark: new Date(nowMs) }))).toBe(true);
    });
    expect(report).toEqual({ status: 'partial', durationSeconds: 5, successful: 1, failed: 1, rows: 7 });
    expect(value(metrics.offloadErrors, { ...trades, error_type: 'process_error' })).toBe(1);
    expect(value(metrics.offloadCycles, { layer: 'bronze', status: 'partial' })).toBe(1);
    expect(value(metrics.offloadCycleStarted, { layer: 'bronze' })).toBeNaN();
  });

  test('a table that outlives its time limit is aborted and counts as a timeout', async () => {
    const offload = declareOffload({ ...options, tableTimeoutSeconds: 0.02 });
    let aborted = false;
    const report = await offload.cycle(async (cycle) => {
      await cycle.table('trades', (signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise(() => {});
      });
    });
    expect(report.status).toBe('failed');
    expect(aborted).toBe(true);
    expect(value(metrics.offloadErrors, { ...trades, error_type: 'timeout' })).toBe(1);
  });

  test('an error of the cycle itself is recorded as a failed cycle and thrown on', async () => {
    const offload = declareOffload(options);
    await expect(offload.cycle(() => Promise.reject(new Error('no tables')))).rejects.toThrow('no tables');
    expect(value(metrics.offloadCycles, { layer: 'bronze', status: 'failed' })).toBe(1);
  });

  test('of two cycles that overlap the older one is shown', async () => {
    const offload = declareOffload(options);
    let endFirst = () => {};
    const first = offload.cycle(() => new Promise<void>((resolve) => (endFirst = resolve)));
    nowMs += 60_000;
    await offload.cycle(() => {});
    expect(value(metrics.offloadCycleStarted, { layer: 'bronze' })).toBe(START_MS / 1000);
    endFirst();
    await first;
    expect(value(metrics.offloadCycleStarted, { layer: 'bronze' })).toBeNaN();
  });
});

describe('tracked lag', () => {
  test('a reader is asked at each collection; its first answer does not look fresh, a later one that moved does', async () => {
    declareOffload(options);
    let watermark = new Date(START_MS - 600_000);
    const stop = trackLag({ table: 'trades', watermark: () => watermark });
    await processStore().collect();
    expect(value(metrics.offloadWatermark, trades)).toBe(START_MS / 1000 - 600);
    expect(value(metrics.offloadWatermarkUpdated, trades)).toBe(START_MS / 1000 - 600);
    nowMs += 30_000;
    watermark = new Date(START_MS);
    await processStore().collect();
    expect(value(metrics.offloadWatermarkUpdated, trades)).toBe(nowMs / 1000);
    stop();
    expect(value(metrics.offloadWatermark, trades)).toBeUndefined();
  });

  test('a reader that fails keeps the last watermark', async () => {
    declareOffload(options);
    let fail = false;
    const stop = trackLag({
      table: 'trades',
      watermark: () => {
        if (fail) throw new Error('database is down');
        return new Date(START_MS);
      },
    });
    await processStore().collect();
    fail = true;
    await processStore().collect();
    expect(value(metrics.offloadWatermark, trades)).toBe(START_MS / 1000);
    stop();
  });
});

test('each run writes one line with the names of its labels', async () => {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  setLogger({ debug: write, info: write, warn: write, error: write });
  const offload = declareOffload(options);
  const cause = new Error('no');
  await offload.cycle(async (cycle) => {
    await cycle.table('trades', () => ({ rows: 3 }));
    await cycle.table('quotes', () => Promise.reject(cause));
  });
  setLogger(undefined);
  const layer = 'bronze';
  const duration_seconds = 0;
  expect(lines).toEqual([
    [{ table: 'trades', layer, status: 'success', rows: 3, duration_seconds }, 'offload of a table: success'],
    [
      { table: 'quotes', layer, status: 'failed', error_type: 'process_error', duration_seconds, err: cause },
      'offload of a table: failed',
    ],
    [
      { layer, status: 'partial', successful: 1, failed: 1, rows: 3, duration_seconds },
      'offload cycle: partial',
    ],
  ]);
});

test('A14: an option that is not known is refused, with the nearest that is', () => {
  const options = { layer: 'unknown option', tables: ['trades'], intervalSeconds: 60 };
  expect(() => declareOffload({ ...options, tableTimeOutSeconds: 5 } as never)).toThrow(
    '"tableTimeOutSeconds" is no option; did you mean tableTimeoutSeconds?',
  );
  const lagObjectiveSeconds = { trades: 60, trade: 60 };
  expect(() => declareOffload({ ...options, lagObjectiveSeconds } as never)).toThrow(
    '"trade" is no option of lagObjectiveSeconds; did you mean trades?',
  );
  // What the pipeline keeps may be of tables that it had before.
  const watermarks = { trades: 1, before: 1 };
  expect(() => declareOffload({ ...options, watermarks } as never)).not.toThrow();
});

test('B1: a tracer that throws costs no table and no cycle', async () => {
  const thrown = () => {
    throw new Error('of the host');
  };
  const offload = declareOffload({ layer: 'hostile tracer', tables: ['a', 'b'], intervalSeconds: 60 });
  for (const broken of [{ startActiveSpan: thrown }, undefined]) {
    const tracer = broken ?? {
      startActiveSpan: (_name: string, _options: object, work: (span: object) => unknown) =>
        work({ setAttribute: thrown, recordException: thrown, setStatus: thrown, end: thrown }),
    };
    trace.setGlobalTracerProvider({ getTracer: () => tracer } as never);
    onTestFinished(() => trace.disable());
    const report = await offload.cycle(async (cycle) => {
      await cycle.table('a', () => ({ rows: 3 }));
      await cycle.table('b', thrown);
    });
    expect(report).toMatchObject({ status: 'partial', successful: 1, failed: 1, rows: 3 });
    const error = new Error('of the cycle');
    await expect(offload.cycle(() => Promise.reject(error))).rejects.toBe(error);
    trace.disable();
  }
});

test('B13: a table may have the name of what every object has', () => {
  const tables = ['constructor', 'toString', '__proto__'];
  const watermarks = { constructor: new Date(START_MS) } as object;
  const offload = declareOffload({ layer: 'names', tables, intervalSeconds: 900, watermarks });
  expect(offload.tables).toEqual(tables);
  for (const table of tables)
    expect(value(metrics.offloadLagObjective, { table, layer: 'names' })).toBe(1_800);
  expect(value(metrics.offloadWatermark, { table: 'constructor', layer: 'names' })).toBe(START_MS / 1000);
  expect(value(metrics.offloadWatermark, { table: 'toString', layer: 'names' }) ?? Number.NaN).toBeNaN();
  const lagObjectiveSeconds = {} as never;
  expect(() => declareOffload({ layer: 'names', tables, intervalSeconds: 900, lagObjectiveSeconds })).toThrow(
    'no entry for "constructor"',
  );
});
