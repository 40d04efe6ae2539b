import { beforeEach, expect, test, vi } from 'vitest';
import { DeclarationError, describe } from '../catalog/index.ts';
import { snapshot } from './snapshot.ts';
import { Store } from './store.ts';

let store: Store;
beforeEach(() => {
  store = new Store();
});
const rows = describe('counter', 'rows_total', { help: 'Rows.', labels: ['table'] });

test('the same declaration gives the same instrument, and another one for its name throws and says how they differ', () => {
  expect(store.counter(rows)).toBe(
    store.counter(describe('counter', 'rows_total', { help: 'Rows.', labels: ['table'] })),
  );
  const different = [
    () => store.counter(describe('counter', 'rows_total', { help: 'Other.', labels: ['table'] })),
    () => store.counter(describe('counter', 'rows_total', { help: 'Rows.', labels: ['layer'] })),
    () =>
      store.counter(describe('counter', 'rows_total', { help: 'Rows.', labels: ['table'], maxSeries: 5 })),
  ];
  for (const declare of different) expect(declare).toThrow(DeclarationError);
  expect(different[0]).toThrow('declared already, differently: help was "Rows." and is now "Other."');
  expect(different[2]).toThrow('differently: maxSeries was 2000 and is now 5');
});

test('a listener hears of instruments that exist and that come later, until it stops', () => {
  const heard: string[] = [];
  store.counter(rows);
  const stop = store.onInstrument(({ descriptor }) => heard.push(descriptor.name));
  store.gauge(describe('gauge', 'depth', { help: 'Depth.' }));
  stop();
  store.gauge(describe('gauge', 'later', { help: 'Later.' }));
  expect(heard.filter((name) => !name.startsWith('sightglass_'))).toEqual(['rows_total', 'depth']);
});

test('another clock counts for instruments that exist', () => {
  const gauge = store.gauge(describe('gauge', 'seen_timestamp_seconds', { help: 'Seen.' }));
  store.counter(rows);
  store.setClock({ wallMs: () => 5_000, monotonicMs: () => 0 });
  gauge.setToNow();
  store.counter(rows).add(1, { table: 'a' });
  expect(
    snapshot(store).filter(({ descriptor }) => !descriptor.name.startsWith('sightglass_')),
  ).toMatchObject([{ series: [{ value: 5 }] }, { series: [{ startMs: 5_000 }] }]);
});

test('reset sets every series back to its birth and keeps handles good', () => {
  const counter = store.counter(rows).bind({ table: 'a' });
  const histogram = store.histogram(describe('histogram', 'h', { help: 'H.', buckets: [1] })).bind();
  const gauge = store.gauge(describe('gauge', 'g', { help: 'G.' })).bind();
  counter.add(2);
  histogram.record(3);
  gauge.set(4);
  store.reset();
  const own = () =>
    snapshot(store)
      .filter(({ descriptor }) => !descriptor.name.startsWith('sightglass_'))
      .map(({ series }) => series[0]);
  expect(own()).toMatchObject([{ value: 0 }, { counts: [0, 0], sum: 0, count: 0 }]);
  counter.add(1);
  gauge.set(1);
  expect(own()).toMatchObject([{ value: 1 }, { count: 0 }, { value: 1 }]);
});

test('an info states facts as labels and keeps the ones before until they are removed', () => {
  const info = store.info(describe('info', 'app_info', { help: 'App.', labels: ['version'] }));
  info.set({ version: '1' });
  info.set({ version: '2' });
  info.remove({ version: '1' });
  expect(info.series.cells.map(({ values, value }) => [...values, value])).toEqual([['2', 1]]);
});

test('two copies of the package share one store', async () => {
  vi.resetModules();
  const first = await import('./index.ts');
  vi.resetModules();
  const second = await import('./index.ts');
  expect(second.processStore).not.toBe(first.processStore);
  expect(second.processStore()).toBe(first.processStore());
  const one = first.counter('shared_total', { help: 'Shared.', labels: ['a'] });
  second.counter('shared_total', { help: 'Shared.', labels: ['a'] }).add(1, { a: 'x' });
  one.bind({ a: 'x' }).add(2);
  expect(
    first.snapshot(second.processStore()).find(({ descriptor }) => descriptor.name === 'shared_total')
      ?.series,
  ).toMatchObject([{ value: 3 }]);
});

test('OTEL_SDK_DISABLED silences it', async () => {
  vi.stubEnv('OTEL_SDK_DISABLED', ' TRUE ');
  const key = Symbol.for('@sightglass');
  const globals = globalThis as { [key]?: unknown };
  const kept = globals[key];
  try {
    delete globals[key];
    vi.resetModules();
    const { processStore } = await import('./index.ts');
    expect(processStore().enabled).toBe(false);
  } finally {
    vi.unstubAllEnvs();
    globals[key] = kept;
  }
});

test('whether a series lives and what it holds can be asked without creating it', () => {
  const store = new Store();
  const gauge = store.gauge(describe('gauge', 'depth', { help: 'Depth.', labels: ['queue'] }));
  const orders = { queue: 'orders' };
  expect([gauge.has(orders), gauge.peek(orders), gauge.series.cells]).toEqual([false, undefined, []]);
  gauge.init(orders);
  expect([gauge.has(orders), gauge.peek(orders)]).toEqual([true, undefined]);
  gauge.set(0, orders);
  expect([gauge.has(orders), gauge.peek(orders)]).toEqual([true, 0]);
  gauge.remove(orders);
  expect([gauge.has(orders), gauge.peek(orders)]).toEqual([false, undefined]);
  expect([gauge.has(undefined as never), gauge.peek(null as never)]).toEqual([false, undefined]);
});
