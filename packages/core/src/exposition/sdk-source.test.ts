import { readFile } from 'node:fs/promises';
import { expect, describe as group, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { Store } from '../store/index.ts';
import { rendering } from './rendered.support.ts';
import { linesOf, useSdk, warnings, withSdk } from './with-sdk.support.ts';

useSdk();

group('an SDK that fails', () => {
  const store = () => {
    const made = new Store();
    made.counter(describe('counter', 'kept_total', { help: 'Kept.' })).add(1);
    return made;
  };
  const outcome = 'sightglass_collector_success{collector="otel_sdk"}';

  test.each<[string, () => Promise<OtelResourceMetrics | undefined>]>([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['hangs', () => new Promise(() => {})],
  ])('one that %s costs its own metrics, says so, and is warned of once', async (_, sdk) => {
    const render = rendering({ store: store(), sdk, collectTimeoutMs: 20 });
    await render();
    const { text } = await render();
    expect(linesOf(text, 'kept_total')).toEqual(['kept_total 1']);
    expect(linesOf(text, outcome)).toEqual([`${outcome} 0`]);
    expect(warnings).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ['no data', { scopeMetrics: 7 }],
    [
      'a metric that breaks the writing half-way',
      {
        resource: { attributes: {} },
        scopeMetrics: [
          {
            scope: { name: 'lib' },
            metrics: [
              { descriptor: { name: 'x', description: '', unit: '' }, dataPointType: 2, dataPoints: 7 },
            ],
          },
        ],
      },
    ],
  ])('one that gives %s costs its own metrics', async (_, nonsense) => {
    const kept = store();
    const render = rendering({ store: kept, sdk: async () => nonsense as never });
    for (let scrape = 0; scrape < 3; scrape++)
      expect(linesOf((await render()).text, 'kept_total')).toEqual(['kept_total 1']);
    expect(warnings).toEqual([expect.stringContaining('left out')]);
  });

  test('one that hangs is not started again until it answers, and is whole when it does', async () => {
    let answer: (data: OtelResourceMetrics | undefined) => void = () => {};
    const sdk = vi.fn(
      () =>
        new Promise<OtelResourceMetrics | undefined>((resolve) => {
          answer = resolve;
        }),
    );
    const render = rendering({ store: store(), sdk, collectTimeoutMs: 20 });
    await render();
    await render();
    expect(sdk).toHaveBeenCalledTimes(1);
    answer(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    const next = render();
    await vi.waitFor(() => expect(sdk).toHaveBeenCalledTimes(2));
    answer({ resource: { attributes: { 'service.name': 's' } }, scopeMetrics: [] });
    const { text } = await next;
    expect(linesOf(text, outcome)).toEqual([`${outcome} 1`]);
    expect(text).toContain('target_info{service_name="s"} 1');
  });
});

group('an SDK whose observable instruments', () => {
  const outcome = 'sightglass_collector_success{collector="otel_sdk"}';
  const never = () => new Promise<void>(() => {});

  test('B2: never return costs these, and says so; all others are in every scrape', async () => {
    const { meter, render } = withSdk({ scopeLabels: false, collectTimeoutMs: 1_000 });
    const lib = meter('lib');
    lib.createCounter('kept').add(1);
    lib.createObservableGauge('hangs').addCallback(never);
    lib.createObservableGauge('answers').addCallback((result) => result.observe(2));
    lib.addBatchObservableCallback(never, [lib.createObservableGauge('hangs_too')]);
    for (let scrape = 0; scrape < 3; scrape++) {
      const { text } = await render();
      expect(linesOf(text, 'kept_total')).toEqual(['kept_total 1']);
      expect(linesOf(text, 'answers')).toEqual(['answers 2']);
      expect(linesOf(text, outcome)).toEqual([`${outcome} 0`]);
      expect(text).not.toContain('hangs');
    }
    expect(warnings.filter((warning) => warning.includes('not all of them'))).toHaveLength(1);
  });

  test('B2: throw or reject cost these', async () => {
    const { meter, render } = withSdk({ scopeLabels: false });
    const lib = meter('lib');
    lib.createCounter('kept').add(1);
    lib.createObservableGauge('rejects').addCallback(() => Promise.reject(new Error('broken')));
    lib.createObservableGauge('throws').addCallback(() => {
      throw new Error('broken');
    });
    const { text } = await render();
    expect(linesOf(text, 'kept_total')).toEqual(['kept_total 1']);
    expect(linesOf(text, outcome)).toEqual([`${outcome} 0`]);
  });

  test('B3: hold the process are told of, and no reader of the store is late for them', async () => {
    const store = new Store();
    const depth = store.gauge(describe('gauge', 'depth', { help: 'D.' }));
    depth.observe(async () => (await readFile(import.meta.filename)).length && 1, {});
    const { meter, render } = withSdk({ store, scopeLabels: false, collectTimeoutMs: 1_500 });
    meter('lib')
      .createObservableGauge('holds')
      .addCallback((result) => {
        const until = performance.now() + 2_000;
        while (performance.now() < until);
        result.observe(1);
      });
    const { text } = await render();
    expect(linesOf(text, 'depth')).toEqual(['depth 1']);
    expect(linesOf(text, 'holds')).toEqual(['holds 1']);
    expect(linesOf(text, outcome)).toEqual([`${outcome} 0`]);
    expect(warnings).toEqual([expect.stringMatching(/held the whole process for \d\.\d s/)]);
  });

  test('ask for an exposition themselves get one, without a circle', async () => {
    const { meter, render } = withSdk({ scopeLabels: false, collectTimeoutMs: 100 });
    const asked: Promise<unknown>[] = [];
    meter('lib')
      .createObservableGauge('asks')
      .addCallback((result) => {
        if (asked.length < 3) asked.push(render());
        result.observe(1);
      });
    expect(linesOf((await render()).text, 'asks')).toEqual(['asks 1']);
    expect(await Promise.all(asked)).toHaveLength(1);
  });
});

test('B14: what the SDK gives after the time limit is in the next scrape, once', async () => {
  let answer: (data: OtelResourceMetrics) => void = () => {};
  const sdk = vi.fn(
    () =>
      new Promise<OtelResourceMetrics>((resolve) => {
        answer = resolve;
      }),
  );
  const render = rendering({ store: new Store(), sdk, collectTimeoutMs: 20 });
  const named = (name: string) => ({ resource: { attributes: { 'service.name': name } }, scopeMetrics: [] });
  const info = async () => linesOf((await render()).text, 'target_info');
  const late = async (name: string) => {
    answer(named(name));
    await new Promise((resolve) => setImmediate(resolve));
  };
  expect(await info()).toEqual([]);
  await late('first');
  expect(await info()).toEqual(['target_info{service_name="first"} 1']);
  expect(await info()).toEqual([]);
  await late('second');
  expect(await info()).toEqual(['target_info{service_name="second"} 1']);
  expect(sdk).toHaveBeenCalledTimes(3);
});
