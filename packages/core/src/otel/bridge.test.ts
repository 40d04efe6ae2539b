import { type DiagLogger, diag, metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, describe as group, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import { counter, gauge, histogram, processStore, Store } from '../store/index.ts';
import { attach, attachMeterProvider } from './bridge.ts';
import { producerOf } from './producer.ts';

class ManualReader extends MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

const providers: MeterProvider[] = [];

function sdk(metricProducers: ReturnType<typeof producerOf>[] = []) {
  const reader = new ManualReader({ metricProducers });
  const provider = new MeterProvider({ readers: [reader] });
  providers.push(provider);
  /** Every point of one collection, by metric name. */
  const read = async () => {
    const { resourceMetrics, errors } = await reader.collect();
    const points = new Map<string, { attributes: object; value: unknown }[]>();
    for (const { metrics } of resourceMetrics.scopeMetrics)
      for (const { descriptor, dataPoints } of metrics)
        points.set(descriptor.name, [...(points.get(descriptor.name) ?? []), ...dataPoints]);
    return {
      errors,
      values: (name: string) => points.get(name)?.map(({ attributes, value }) => [attributes, value]),
    };
  };
  return { provider, read };
}

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  const keep = (message: string) => void warnings.push(message);
  const logger: DiagLogger = { error: keep, warn: keep, info() {}, debug() {}, verbose() {} };
  diag.setLogger(logger, { suppressOverrideMessage: true });
});
afterEach(async () => {
  metrics.disable();
  diag.disable();
  await Promise.all(providers.splice(0).map((provider) => provider.shutdown()));
});

const rowsOf = (store: Store) =>
  store.counter(describe('counter', 'br_rows_total', { help: 'Rows.', labels: ['table'] }));
const depthOf = (store: Store) =>
  store.gauge(describe('gauge', 'br_depth', { help: 'Depth.', labels: ['queue'] }));
const tookOf = (store: Store) =>
  store.histogram(
    describe('histogram', 'br_duration_seconds', { help: 'Took.', labels: ['table'], buckets: [1, 5] }),
  );

group('an attached provider', () => {
  test('gets counters and gauges in full, also what was recorded before, and histograms from then on', async () => {
    const store = new Store();
    rowsOf(store).add(5, { table: 'a' });
    depthOf(store).set(3, { queue: 'q' });
    tookOf(store).record(9, { table: 'a' });
    const { provider, read } = sdk();
    attach(store, provider);
    rowsOf(store).add(2, { table: 'a' });
    const bound = tookOf(store).bind({ table: 'a' });
    bound.record(0.5);
    bound.record(1);
    const { values, errors } = await read();
    expect(errors).toEqual([]);
    expect(values('br_rows_total')).toEqual([[{ table: 'a' }, 7]]);
    expect(values('br_depth')).toEqual([[{ queue: 'q' }, 3]]);
    expect(values('br_duration_seconds')).toMatchObject([
      [{ table: 'a' }, { count: 2, sum: 1.5, buckets: { boundaries: [1, 5], counts: [2, 0, 0] } }],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^attachMeterProvider: 1 histogram observations were made before/),
    ]);
  });

  test('gets metrics that are declared later, and births at zero', async () => {
    const store = new Store();
    const { provider, read } = sdk();
    attach(store, provider);
    store.counter(
      describe('counter', 'br_late_total', { help: 'Late.', labels: { outcome: ['ok', 'failed'] } }),
    );
    depthOf(store).set(1, { queue: 'late' });
    tookOf(store).record(2, { table: 'late' });
    const { values } = await read();
    expect(values('br_late_total')).toEqual([
      [{ outcome: 'ok' }, 0],
      [{ outcome: 'failed' }, 0],
    ]);
    expect(values('br_depth')).toEqual([[{ queue: 'late' }, 1]]);
    expect(values('br_duration_seconds')).toMatchObject([[{ table: 'late' }, { count: 1 }]]);
  });

  test('reads observed gauges once per collection; a failing one is withheld, not repeated', async () => {
    const store = new Store();
    let reads = 0;
    let broken = false;
    depthOf(store).observe(
      () => {
        reads++;
        if (broken) throw new Error('no database');
        return 10;
      },
      { queue: 'q' },
    );
    const { provider, read } = sdk();
    attach(store, provider);
    expect((await read()).values('br_depth')).toEqual([[{ queue: 'q' }, 10]]);
    expect(reads).toBe(1);
    broken = true;
    const failed = await read();
    expect(failed.values('br_depth')).toEqual([[{ queue: 'q' }, Number.NaN]]);
    expect(failed.values('sightglass_collector_success')).toEqual([[{ collector: 'br_depth' }, 0]]);
    broken = false;
    expect((await read()).values('br_depth')).toEqual([[{ queue: 'q' }, 10]]);
  });

  test('a series that is removed and born again has its new value', async () => {
    const store = new Store();
    const { provider, read } = sdk();
    attach(store, provider);
    depthOf(store).set(1, { queue: 'q' });
    await read();
    depthOf(store).remove({ queue: 'q' });
    depthOf(store).set(2, { queue: 'q' });
    expect((await read()).values('br_depth')).toEqual([[{ queue: 'q' }, 2]]);
  });

  test('counts once when attached twice, and the second call returns the same function', async () => {
    const store = new Store();
    const { provider, read } = sdk();
    const detach = attach(store, provider);
    expect(attach(store, provider)).toBe(detach);
    rowsOf(store).add(5, { table: 'a' });
    tookOf(store).record(1, { table: 'a' });
    const { values } = await read();
    expect(values('br_rows_total')).toEqual([[{ table: 'a' }, 5]]);
    expect(values('br_duration_seconds')).toMatchObject([[{ table: 'a' }, { count: 1 }]]);
  });

  test('two providers each get everything; one that is detached gets no more', async () => {
    const store = new Store();
    const first = sdk();
    const second = sdk();
    const detach = attach(store, first.provider);
    attach(store, second.provider);
    const took = tookOf(store).bind({ table: 'a' });
    took.record(1);
    rowsOf(store).add(1, { table: 'a' });
    await first.read();
    detach();
    took.record(1);
    rowsOf(store).add(1, { table: 'a' });
    const kept = await second.read();
    expect(kept.values('br_duration_seconds')).toMatchObject([[{ table: 'a' }, { count: 2 }]]);
    expect(kept.values('br_rows_total')).toEqual([[{ table: 'a' }, 2]]);
    const ended = await first.read();
    expect(ended.values('br_duration_seconds')).toMatchObject([[{ table: 'a' }, { count: 1 }]]);
    expect(ended.values('br_rows_total')).toEqual([[{ table: 'a' }, 1]]);
  });

  test('is refused, with a warning, when a reader of it has our producer', async () => {
    const store = new Store();
    rowsOf(store).add(5, { table: 'a' });
    const { provider, read } = sdk([producerOf(store)]);
    attach(store, provider);
    expect(warnings).toEqual([expect.stringContaining('refused')]);
    expect((await read()).values('br_rows_total')).toEqual([[{ table: 'a' }, 5]]);
  });

  test('is asked once for each of thousands of metrics that are declared later, not anew for all before', () => {
    const store = new Store();
    let registrations = 0;
    const observable = { addCallback: () => registrations++, removeCallback() {} };
    const meter = {
      createObservableCounter: () => observable,
      createObservableGauge: () => observable,
      createHistogram: () => ({ record() {} }),
      addBatchObservableCallback(_: unknown, observables: unknown[]) {
        registrations += observables.length;
      },
      removeBatchObservableCallback() {},
    };
    attach(store, { getMeter: () => meter } as never);
    const before = registrations;
    for (let i = 0; i < 1_000; i++)
      store.counter(describe('counter', `br_${i}_total`, { help: 'One of many.' }));
    expect(registrations - before).toBe(1_000);
  });

  test('that keeps something else where the SDK keeps its instruments is attached all the same', async () => {
    const store = new Store();
    rowsOf(store).add(5, { table: 'a' });
    store.gauge(describe('gauge', 'br_active', { help: 'A.', convention: 'br.active' })).set(1);
    const { provider, read } = sdk();
    const odd = {
      _sharedState: {
        meterSharedStates: { values: () => 7 },
        metricCollectors: [{ _metricReader: 7 }, null],
      },
      getMeter: (name: string, version?: string) => provider.getMeter(name, version),
    };
    attach(store, odd);
    expect((await read()).values('br_rows_total')).toEqual([[{ table: 'a' }, 5]]);
  });

  test('a throwing instrument of the provider does not reach the caller of record', () => {
    const store = new Store();
    const { provider } = sdk();
    const broken = {
      getMeter: (name: string) => {
        const meter = provider.getMeter(name);
        const record = () => {
          throw new Error('broken view');
        };
        return Object.assign(Object.create(meter), { createHistogram: () => ({ record }) });
      },
    };
    attach(store, broken);
    expect(() => tookOf(store).record(1, { table: 'a' })).not.toThrow();
  });
});

group('the global provider', () => {
  const rows = counter('br_global_rows_total', { help: 'Rows.' });
  const level = gauge('br_global_level', { help: 'Level.' });
  const took = histogram('br_global_seconds', { help: 'Took.', buckets: [1] });
  afterEach(() => {
    attachMeterProvider()();
    processStore().reset();
  });

  test('is followed when it is registered after attachMeterProvider: counters and gauges are complete', async () => {
    attachMeterProvider();
    expect(warnings).toEqual([expect.stringContaining('no global MeterProvider is registered yet')]);
    rows.add(3);
    level.set(4);
    took.record(0.5);
    const { provider, read } = sdk();
    metrics.setGlobalMeterProvider(provider);
    await vi.waitFor(async () => expect((await read()).values('br_global_rows_total')).toEqual([[{}, 3]]));
    took.record(0.7);
    const { values } = await read();
    expect(values('br_global_level')).toEqual([[{}, 4]]);
    expect(values('br_global_seconds')).toMatchObject([[{}, { count: 1, sum: 0.7 }]]);
    expect(warnings.some((warning) => warning.includes('1 histogram observations were made before'))).toBe(
      true,
    );
  });

  test('is looked up again at each call, and a new one replaces the old', async () => {
    const first = sdk();
    metrics.setGlobalMeterProvider(first.provider);
    attachMeterProvider();
    rows.add(1);
    expect((await first.read()).values('br_global_rows_total')).toEqual([[{}, 1]]);
    metrics.disable();
    const second = sdk();
    metrics.setGlobalMeterProvider(second.provider);
    const detach = attachMeterProvider();
    rows.add(1);
    expect((await second.read()).values('br_global_rows_total')).toEqual([[{}, 2]]);
    expect((await first.read()).values('br_global_rows_total')).toEqual([[{}, 1]]);
    detach();
    rows.add(1);
    expect((await second.read()).values('br_global_rows_total')).toEqual([[{}, 2]]);
  });

  test('A12: the search for it is not among the timers that a host’s test runs to their end', async () => {
    vi.useFakeTimers();
    const detach = attachMeterProvider();
    await vi.runAllTimersAsync();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    detach();
  });

  test.each([
    ['throws', refuse],
    ['gives no meter', () => undefined as never],
  ])(
    'B1: one whose getMeter %s is as none, also to the search, and another may follow',
    async (_, getMeter) => {
      metrics.setGlobalMeterProvider({ getMeter });
      const uncaught = vi.fn();
      process.on('uncaughtException', uncaught);
      attachMeterProvider();
      await new Promise((resolve) => setTimeout(resolve, 450));
      process.off('uncaughtException', uncaught);
      expect(uncaught).not.toHaveBeenCalled();
      metrics.disable();
      const { provider, read } = sdk();
      metrics.setGlobalMeterProvider(provider);
      level.set(9);
      await vi.waitFor(async () => expect((await read()).values('br_global_level')).toEqual([[{}, 9]]));
    },
  );
});

test('B1: a provider that gives nothing back does not fail the end of the attachment', () => {
  const store = new Store();
  store.counter(describe('counter', 'br_clinging_total', { help: 'C.' }));
  const observable = { addCallback: () => {}, removeCallback: refuse };
  const meter = { createObservableCounter: () => observable, createObservableGauge: () => observable };
  expect(attach(store, { getMeter: () => meter } as never)).not.toThrow();
});

function refuse(): never {
  throw new Error('of the host');
}
