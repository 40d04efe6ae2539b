import { expect, describe as group, test, vi } from 'vitest';
import { describe } from '../catalog/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { Store } from '../store/index.ts';
import { rendering } from './rendered.support.ts';
import { linesOf, useSdk, warnings } from './with-sdk.support.ts';

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
