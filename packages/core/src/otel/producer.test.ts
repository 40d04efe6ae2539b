import { readFileSync } from 'node:fs';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricProducer,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { SCOPE } from './data.ts';
import { producerOf } from './producer.ts';

class ManualReader extends MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

const START_MS = 1_700_000_000_123;

function storeAt(wallMs: () => number): Store {
  return new Store({ clock: { wallMs, monotonicMs: () => wallMs() } });
}

async function collectOwn(store: Store, options?: { timeoutMillis: number }) {
  const { resourceMetrics, errors } = await producerOf(store).collect(options);
  const metrics = new Map(
    resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map((m) => [m.descriptor.name, m])),
  );
  return { resourceMetrics, metrics, errors };
}

group('the producer', () => {
  test('gives names, units, kinds, labels, values and times as the SDK would', async () => {
    let now = START_MS;
    const store = storeAt(() => now);
    const rows = store.counter(
      describe('counter', 'prod_rows_total', { help: 'Rows.', labels: ['table', 'layer'], unit: '{row}' }),
    );
    const lag = store.gauge(describe('gauge', 'prod_lag_seconds', { help: 'Lag.' }));
    const took = store.histogram(
      describe('histogram', 'prod_duration_seconds', { help: 'Took.', buckets: [1, 5] }),
    );
    const facts = store.info(describe('info', 'prod_info', { help: 'Facts.', labels: ['version'] }));
    rows.add(5, { table: 'trades', layer: 'bronze' });
    now += 2_000;
    lag.set(7.5);
    facts.set({ version: '1.2.3' });
    for (const value of [0.5, 1, 3, 9]) took.record(value);

    const { resourceMetrics, metrics, errors } = await collectOwn(store);
    expect(errors).toEqual([]);
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope)).toEqual([SCOPE]);
    expect(metrics.get('prod_rows_total')).toEqual({
      descriptor: { name: 'prod_rows_total', description: 'Rows.', unit: '{row}', valueType: 1 },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: [
        {
          startTime: [1_700_000_000, 123_000_000],
          endTime: [1_700_000_002, 123_000_000],
          attributes: { table: 'trades', layer: 'bronze' },
          value: 5,
        },
      ],
    });
    expect(metrics.get('prod_lag_seconds')).toMatchObject({
      descriptor: { unit: 's' },
      dataPointType: DataPointType.GAUGE,
      dataPoints: [{ attributes: {}, value: 7.5 }],
    });
    expect(metrics.get('prod_info')).toMatchObject({
      dataPoints: [{ value: 1, attributes: { version: '1.2.3' } }],
    });
    expect(metrics.get('prod_duration_seconds')).toMatchObject({
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [{ value: { buckets: { boundaries: [1, 5], counts: [2, 1, 1] }, sum: 13.5, count: 4 } }],
    });
  });

  test('leaves an empty label value out, and a gauge that is not set', async () => {
    const store = new Store();
    const hits = store.counter(describe('counter', 'prod_hits_total', { help: 'Hits.', labels: ['a', 'b'] }));
    store.gauge(describe('gauge', 'prod_unset', { help: 'Unset.' }));
    hits.add(1, { a: '', b: 'x' });
    const { metrics } = await collectOwn(store);
    expect(metrics.get('prod_hits_total')?.dataPoints[0]?.attributes).toEqual({ b: 'x' });
    expect(metrics.has('prod_unset')).toBe(false);
  });

  test('is a snapshot: later records do not change what was given', async () => {
    const store = new Store();
    const took = store.histogram(describe('histogram', 'prod_size', { help: 'Size.', buckets: [1] }));
    took.record(0.5);
    const { metrics } = await collectOwn(store);
    took.record(0.5);
    expect(metrics.get('prod_size')?.dataPoints[0]?.value).toMatchObject({
      count: 1,
      buckets: { counts: [1, 0] },
    });
  });

  test('a failing and a hanging observer cost their own metrics, are in errors, and hold the collection no longer than half the limit', async () => {
    const store = new Store();
    const declare = (name: string) => store.gauge(describe('gauge', name, { help: 'Observed.' }));
    declare('prod_fails').observe(() => Promise.reject(new Error('no database')), {});
    declare('prod_hangs').observe(() => new Promise(() => {}), {});
    declare('prod_works').observe(() => 3, {});
    const { metrics, errors } = await collectOwn(store, { timeoutMillis: 100 });
    expect(metrics.get('prod_works')?.dataPoints[0]?.value).toBe(3);
    expect(metrics.has('prod_fails')).toBe(false);
    expect(metrics.has('prod_hangs')).toBe(false);
    expect(errors.map(String)).toEqual([
      'Error: The reading of prod_fails failed: no database',
      'Error: The reading of prod_hangs failed: no answer within 0.05 s',
    ]);
  });

  test('never rejects, whatever breaks inside', async () => {
    let calls = 0;
    const store = storeAt(() => {
      if (calls++ > 0) throw new Error('clock is gone');
      return START_MS;
    });
    store.counter(describe('counter', 'prod_odd_total', { help: 'Odd.' })).add(1);
    const { errors, resourceMetrics } = await collectOwn(store);
    expect(errors.map(String)).toEqual(['Error: clock is gone']);
    expect(resourceMetrics.scopeMetrics).toEqual([]);
  });

  test('a clock that was set back gives no series that starts after it ends', async () => {
    let now = START_MS;
    const store = storeAt(() => now);
    store.counter(describe('counter', 'prod_back_total', { help: 'Back.' })).add(1);
    now -= 3_600_000;
    const { metrics } = await collectOwn(store);
    const [point] = metrics.get('prod_back_total')!.dataPoints;
    expect(point!.startTime).toEqual(point!.endTime);
  });

  test('a disabled store gives nothing', async () => {
    const store = new Store({ enabled: false });
    store.counter(describe('counter', 'prod_silent_total', { help: 'Silent.' })).add(1);
    expect((await collectOwn(store)).resourceMetrics.scopeMetrics).toEqual([]);
  });

  test("a reader merges it with the SDK's own metrics and keeps the SDK's resource", async () => {
    const store = new Store();
    store.counter(describe('counter', 'prod_ours_total', { help: 'Ours.' })).add(4);
    const producer: MetricProducer = producerOf(store);
    const reader = new ManualReader({ metricProducers: [producer] });
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('theirs').createCounter('theirs_total').add(2);
    const { resourceMetrics, errors } = await reader.collect();
    expect(errors).toEqual([]);
    expect(resourceMetrics.resource.attributes['service.name']).toBeDefined();
    const scopes = resourceMetrics.scopeMetrics.map(({ scope }) => scope.name);
    expect(scopes).toEqual(['theirs', '@sightglass']);
    await provider.shutdown();
  });

  test("the scope's version is the package's", () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(SCOPE.version).toBe(version);
  });
});
