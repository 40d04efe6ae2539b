import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { counter, gauge, histogram, info, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import * as pipeline from '@sightglass/pipeline';
import * as worker from '@sightglass/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validExposition } from './valid.ts';

/** More values of a label than anybody means to have: twelve times the bound. */
const VALUES = 25_000;
/** Less than anything that is kept of each value takes. */
const BYTES_PER_VALUE = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const quiet = () => {};
// A line on stderr for each failure is kept by whoever runs the tests, and would be taken for memory of ours.
beforeAll(() => setLogger({ debug: quiet, info: quiet, warn: quiet, error: quiet }));
afterAll(() => setLogger(undefined));

const labels = ['table'] as const;
const own = {
  counter: counter('bounds_total', { help: 'Bounds.', labels }),
  gauge: gauge('bounds', { help: 'Bounds.', labels }),
  histogram: histogram('bounds_seconds', { help: 'Bounds.', labels, buckets: [1, 2] }),
  info: info('bounds_info', { help: 'Bounds.', labels }),
};

/** Every way in which a host's value becomes a label. */
const ways: { readonly [name: string]: (value: string) => void } = {
  'a counter': (table) => own.counter.add(1, { table }),
  'a bound counter': (table) => own.counter.bind({ table }).add(1),
  'a gauge': (table) => own.gauge.set(1, { table }),
  'an observed gauge': (table) => void own.gauge.observe(() => 1, { table }),
  'a histogram': (table) => own.histogram.record(1, { table }),
  'an info': (table) => own.info.set({ table }),
  'recordOffloadSuccess, a table': (table) =>
    pipeline.recordOffloadSuccess({ table, layer: 'bronze', rows: 1, durationSeconds: 1, watermark: 1 }),
  'recordOffloadSuccess, a layer': (layer) =>
    pipeline.recordOffloadSuccess({ table: 'trades', layer, rows: 1, durationSeconds: 1, watermark: 1 }),
  'recordOffloadFailure, an error type': (errorType) =>
    pipeline.recordOffloadFailure({ table: 'trades', layer: 'bronze', errorType, durationSeconds: 1 }),
  'recordCycleComplete, a layer': (layer) =>
    pipeline.recordCycleComplete({ layer, durationSeconds: 1, successful: 1, failed: 0, rows: 1 }),
  'setConfiguredTables, a layer': (layer) => pipeline.setConfiguredTables({ layer, count: 1 }),
  'setPipelineInfo, a version': (version) => pipeline.setPipelineInfo({ layer: 'bronze', version }),
  'setPipelineInfo, a layer': (layer) => pipeline.setPipelineInfo({ layer, version: '1' }),
  'trackLag, a table': (table) => void pipeline.trackLag({ table, layer: 'bronze', watermark: 1 }),
  'trackLag, a table that is read': (table) =>
    void pipeline.trackLag({ table, layer: 'bronze', watermark: () => 1 }),
  'trackLag, one table again and again': () =>
    void pipeline.trackLag({ table: 'trades', layer: 'bronze', watermark: () => 1 }),
  'observeBatch, a queue': (queue) => worker.observeBatch({ queue, size: 1, durationSeconds: 1 }),
  'recordEvent, a queue': (queue) => worker.recordEvent({ queue }),
  'recordWorkerError, an error type': (errorType) => worker.recordWorkerError({ queue: 'events', errorType }),
  'trackQueue, a queue': (queue) => void worker.trackQueue({ queue, depth: () => 1 }),
  'trackQueue, one queue again and again': () => void worker.trackQueue({ queue: 'events', depth: () => 1 }),
};

describe.each(Object.entries(ways))('%s', (_, record) => {
  test('keeps a bounded number of series and no more memory for more values', () => {
    const fill = (run: string) => {
      for (let i = 0; i < VALUES; i++) record(`${run} ${i}`);
    };
    fill('first');
    const full = heapUsed();
    fill('second');
    expect(heapUsed() - full, 'bytes more after as many further values').toBeLessThan(
      VALUES * BYTES_PER_VALUE,
    );
    for (const { descriptor, series } of processStore().instruments()) {
      const closed = descriptor.labels.reduce((product, { values }) => product * (values?.length ?? 1), 1);
      expect(series.cells.length, descriptor.name).toBeLessThanOrEqual(descriptor.maxSeries + closed);
    }
  });
});

test('readers are as bounded as series', () => {
  expect(processStore().collectors.size).toBeLessThanOrEqual(3 * 2_000);
});

test('the exposition of a full store is valid, and says how much went to the overflow series', async () => {
  const families = await validExposition();
  const overflowed = families.find(({ name }) => name === 'sightglass_measurements_overflowed_total');
  const ofCounter = overflowed?.samples.find(({ labels }) => labels.metric === 'bounds_total');
  expect(ofCounter?.value).toBeGreaterThan(VALUES);
});
