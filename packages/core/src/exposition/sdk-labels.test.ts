import { expect, describe as group, test } from 'vitest';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { Store } from '../store/index.ts';
import { rendering } from './rendered.support.ts';
import { linesOf, useSdk, withSdk } from './with-sdk.support.ts';

useSdk();

group('labels', () => {
  test('keys that become one label are joined in the order of the keys', async () => {
    const { meter, render } = withSdk();
    meter('lib')
      .createGauge('g')
      .record(1, {
        job_name: 'under',
        'job.name': 'dot',
        'job-name': 'dash',
        list: ['a', 'b'],
        yes: true,
        n: 3,
      });
    expect(linesOf((await render()).text, 'g{')).toEqual([
      'g{job_name="dash;dot;under",list="[\\"a\\",\\"b\\"]",n="3",otel_scope_name="lib",yes="true"} 1',
    ]);
  });

  test('points that become one series are exposed once', async () => {
    const { meter, render } = withSdk();
    const gauge = meter('lib').createGauge('g');
    gauge.record(1, { 'a.b': 'x' });
    gauge.record(2, { a_b: 'x' });
    expect(linesOf((await render()).text, 'g{')).toEqual(['g{a_b="x",otel_scope_name="lib"} 1']);
  });

  test('an attribute named le does not break a histogram, nor one that has the name of a label of the scope', async () => {
    const { meter, render } = withSdk();
    meter('lib')
      .createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
      .record(0.5, { le: 'x"y', 'otel.scope.name': 'fake' });
    expect(linesOf((await render()).text, 'h_bucket')).toEqual([
      'h_bucket{exported_le="x\\"y",otel_scope_name="fake;lib",le="1"} 1',
      'h_bucket{exported_le="x\\"y",otel_scope_name="fake;lib",le="+Inf"} 1',
    ]);
  });

  test('a value that has no text costs its own series', async () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const point = (attributes: object, value: number) => ({
      attributes,
      value,
      startTime: [0, 0],
      endTime: [0, 0],
    });
    const metric = {
      descriptor: { name: 'made', description: '', unit: '' },
      aggregationTemporality: 1,
      dataPointType: 2,
      dataPoints: [point({ cyclic }, 1), point({ ok: 'yes' }, 2)],
    };
    const made = {
      resource: { attributes: {} },
      scopeMetrics: [{ scope: { name: 'lib' }, metrics: [metric] }],
    } as unknown as OtelResourceMetrics;
    expect(linesOf((await rendering({ store: new Store(), sdk: async () => made })()).text, 'made')).toEqual([
      'made{ok="yes",otel_scope_name="lib"} 2',
    ]);
  });
});
