import { diag, metrics } from '@opentelemetry/api';
import { AggregationType, MeterProvider, MetricReader, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { attach } from './bridge.ts';
import { producerOf } from './producer.ts';

class ManualReader extends MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

const NAMES = ['others_first', 'others_second', 'others_third', 'others_fourth'];
const HOST = '@opentelemetry/instrumentation-x';

const warnings: string[] = [];
let provider: MeterProvider;
beforeEach(() => {
  warnings.length = 0;
  const nothing = () => {};
  const logger = { error: nothing, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger({ ...logger, warn: (message) => void warnings.push(message) });
});
afterEach(async () => {
  metrics.disable();
  diag.disable();
  await provider.shutdown();
});

function sdk(views: ViewOptions[] = [], producers: ReturnType<typeof producerOf>[] = []) {
  const reader = new ManualReader({ metricProducers: producers });
  provider = new MeterProvider({ readers: [reader], views });
  metrics.setGlobalMeterProvider(provider);
  return async () => {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.map(({ descriptor }) => `${scope.name} ${descriptor.name}`),
    );
  };
}

/** A store with one metric of a convention and one without. */
function filled(name: string): Store {
  const store = new Store();
  const shared = { help: 'H.', buckets: [1], convention: `${name.replace('_', '.')}.duration` };
  store.histogram(describe('histogram', `${name}_duration_seconds`, shared)).record(0.5);
  store.counter(describe('counter', 'plain_total', { help: 'P.' })).add(1);
  return store;
}

test('the producer leaves out what an instrumentation of the global provider measures, and says so once', async () => {
  const read = sdk([], [producerOf(filled(NAMES[0]!))]);
  expect(await read()).toEqual(['@sightglass others_first_duration_seconds', '@sightglass plain_total']);
  provider.getMeter(HOST).createHistogram('others.first.duration', { unit: 's' }).record(1);
  await read();
  expect(await read()).toEqual([`${HOST} others.first.duration`, '@sightglass plain_total']);
  expect(warnings).toEqual([expect.stringContaining(`others_first_duration_seconds (by ${HOST})`)]);
});

test('so does the bridge, for an instrument that a view has renamed to our name too', async () => {
  const read = sdk([{ instrumentName: 'other.name', name: 'others_second_duration_seconds' }]);
  provider.getMeter(HOST).createHistogram('other.name').record(1);
  attach(filled(NAMES[1]!), provider);
  expect(await read()).toEqual([`${HOST} others_second_duration_seconds`, '@sightglass plain_total']);
  expect(warnings.join()).toMatch(/others_second_duration_seconds \(by/);
});

test('what a view drops leaves the measurement to us', async () => {
  const read = sdk(
    [{ instrumentName: 'others.third.*', aggregation: { type: AggregationType.DROP } }],
    [producerOf(filled(NAMES[2]!))],
  );
  provider.getMeter(HOST).createHistogram('others.third.duration', { unit: 's' }).record(1);
  expect(await read()).toContain('@sightglass others_third_duration_seconds');
  expect(warnings).toEqual([]);
});

test('nothing gives way to a provider that keeps its instruments elsewhere', async () => {
  const read = sdk([], [producerOf(filled(NAMES[3]!))]);
  provider.getMeter(HOST).createHistogram('others.fourth.duration', { unit: 's' }).record(1);
  metrics.disable();
  metrics.setGlobalMeterProvider({ getMeter: (name) => provider.getMeter(name) });
  expect(await read()).toContain('@sightglass others_fourth_duration_seconds');
});
