import { AggregationTemporality, AggregationType } from '@opentelemetry/sdk-metrics';
import { expect, describe as group, test } from 'vitest';
import { VERSION } from '../base/index.ts';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { OPENMETRICS } from './rendered.support.ts';
import { linesOf, useSdk, warnings, withSdk } from './with-sdk.support.ts';

useSdk();

group('names and types', () => {
  test('get unit and type suffixes once, and illegal characters replaced', async () => {
    const { meter, render } = withSdk();
    const lib = meter('lib');
    lib.createCounter('http.requests', { unit: '{request}' }).add(2);
    lib.createCounter('disk.io', { unit: 'By', description: 'Moved "bytes" \\ and\nmore.' }).add(3);
    lib.createUpDownCounter('pool.in_use').add(-1);
    lib.createGauge('cpu.utilization', { unit: '1' }).record(0.25);
    lib.createGauge('odd.value').record(Number.NaN);
    lib
      .createHistogram('call.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.5, 1] } })
      .record(0.7);
    const text = (await render()).text;
    const scope = '{otel_scope_name="lib"}';
    expect(text).toContain(`# TYPE http_requests_total counter\nhttp_requests_total${scope} 2\n`);
    expect(text).toContain(
      `# HELP disk_io_bytes_total Moved "bytes" \\\\ and\\nmore.\n# TYPE disk_io_bytes_total counter\n`,
    );
    expect(text).toContain(`# TYPE pool_in_use gauge\npool_in_use${scope} -1\n`);
    expect(text).toContain(`# TYPE cpu_utilization_ratio gauge\ncpu_utilization_ratio${scope} 0.25\n`);
    expect(text).toContain(`odd_value${scope} NaN\n`);
    expect(linesOf(text, 'call_duration')).toEqual([
      'call_duration_seconds_bucket{otel_scope_name="lib",le="0.5"} 0',
      'call_duration_seconds_bucket{otel_scope_name="lib",le="1"} 1',
      'call_duration_seconds_bucket{otel_scope_name="lib",le="+Inf"} 1',
      `call_duration_seconds_sum${scope} 0.7`,
      `call_duration_seconds_count${scope} 1`,
    ]);
    const open = (await render(OPENMETRICS)).text;
    expect(open).toContain(
      '# HELP disk_io_bytes Moved \\"bytes\\" \\\\ and\\nmore.\n# TYPE disk_io_bytes counter\n# UNIT disk_io_bytes bytes\n',
    );
    expect(open).toContain('# TYPE cpu_utilization_ratio gauge\n# UNIT cpu_utilization_ratio ratio\n');
  });

  test('A33: a sum that can fall is in the text, and in OpenMetrics neither it nor the count', async () => {
    const { meter, render } = withSdk();
    meter('lib')
      .createHistogram('offset', { advice: { explicitBucketBoundaries: [-1, 0.5] } })
      .record(0);
    const scope = 'otel_scope_name="lib"';
    expect(linesOf((await render()).text, 'offset_')).toEqual([
      `offset_bucket{${scope},le="-1"} 0`,
      `offset_bucket{${scope},le="0.5"} 1`,
      `offset_bucket{${scope},le="+Inf"} 1`,
      `offset_sum{${scope}} 0`,
      `offset_count{${scope}} 1`,
    ]);
    expect(linesOf((await render(OPENMETRICS)).text, 'offset_')).toEqual([
      `offset_bucket{${scope},le="-1.0"} 0`,
      `offset_bucket{${scope},le="0.5"} 1`,
      `offset_bucket{${scope},le="+Inf"} 1`,
    ]);
  });

  test('A33: a sum that the SDK does not keep is no number in the text, and in OpenMetrics there is no count either', async () => {
    const { meter, render } = withSdk({
      views: [
        {
          instrumentName: 'change',
          aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1] } },
        },
      ],
    });
    meter('lib').createUpDownCounter('change').add(-3);
    const scope = 'otel_scope_name="lib"';
    expect(linesOf((await render()).text, 'change_')).toEqual([
      `change_bucket{${scope},le="1"} 1`,
      `change_bucket{${scope},le="+Inf"} 1`,
      `change_sum{${scope}} NaN`,
      `change_count{${scope}} 1`,
    ]);
    expect(linesOf((await render(OPENMETRICS)).text, 'change_')).toEqual([
      `change_bucket{${scope},le="1.0"} 1`,
      `change_bucket{${scope},le="+Inf"} 1`,
    ]);
  });

  test('deltas and exponential histograms are left out, with one warning each', async () => {
    const delta = withSdk({ temporality: AggregationTemporality.DELTA });
    delta.meter('lib').createCounter('a').add(1);
    const exponential = withSdk({
      views: [{ instrumentName: 'b', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    });
    exponential.meter('lib').createHistogram('b').record(1);
    for (const { render } of [delta, exponential, delta, exponential]) {
      const names = (await render()).families.map(({ name }) => name);
      expect(names).not.toContain('a_total');
      expect(names).not.toContain('b');
    }
    expect(warnings).toEqual([
      expect.stringContaining('metric a of lib'),
      expect.stringContaining('metric b of lib'),
    ]);
  });
});

group('families', () => {
  test('scopes share one HELP and TYPE and keep apart by their labels', async () => {
    const { meter, render } = withSdk();
    meter('one', '1.0.0', 'https://example.org/schema')
      .createCounter('jobs', { description: 'Jobs.' })
      .add(1);
    meter('two').createCounter('jobs', { description: 'Other words.' }).add(2);
    const { text } = await render();
    expect(text).toContain(`# HELP jobs_total Jobs.
# TYPE jobs_total counter
jobs_total{otel_scope_name="one",otel_scope_schema_url="https://example.org/schema",otel_scope_version="1.0.0"} 1
jobs_total{otel_scope_name="two"} 2
`);
    expect(warnings).toEqual([expect.stringContaining('several descriptions')]);
  });

  test('without scope labels, the second of two equal series is left out with a warning', async () => {
    const { meter, render } = withSdk({ scopeLabels: false });
    meter('one').createCounter('jobs').add(1);
    meter('two').createCounter('jobs').add(2);
    await render();
    expect(linesOf((await render()).text, 'jobs_total')).toEqual(['jobs_total 1']);
    expect(warnings).toEqual([expect.stringContaining('same labels')]);
  });

  test('a second type for a name is left out with one warning, whoever came first', async () => {
    const store = new Store();
    store.gauge(describe('gauge', 'depth', { help: 'Depth.' })).set(1);
    const { meter, render } = withSdk({ store });
    meter('lib').createHistogram('depth').record(1);
    meter('lib').createHistogram('wait').record(1);
    meter('lib').createGauge('wait_count').record(9);
    await render();
    const { text } = await render();
    expect(linesOf(text, 'depth')).toEqual(['depth 1']);
    expect(linesOf(text, 'wait_count')).toEqual(['wait_count{otel_scope_name="lib"} 1']);
    expect(warnings).toEqual([
      expect.stringContaining('gauge depth'),
      expect.stringContaining('histogram wait'),
    ]);
  });

  test('the store and the SDK share a family; our own scope carries no labels and repeats nothing', async () => {
    const store = new Store();
    store
      .counter(describe('counter', 'jobs_total', { help: 'Jobs.', labels: ['name', 'done'] }))
      .add(4, { name: 'a', done: 'yes' });
    const { meter, render } = withSdk({ store });
    meter('@sightglass', VERSION)
      .createCounter('jobs_total', { description: 'Jobs.' })
      .add(4, { done: 'yes', name: 'a' });
    meter('@sightglass', VERSION).createCounter('ours').add(1);
    meter('lib').createCounter('jobs', { description: 'Jobs.' }).add(1, { name: 'b' });
    const { text } = await render();
    expect(text).toContain(`# TYPE jobs_total counter
jobs_total{name="a",done="yes"} 4
jobs_total{name="b",otel_scope_name="lib"} 1
`);
    expect(linesOf(text, 'ours_total')).toEqual(['ours_total 1']);
    expect(warnings).toEqual([]);
  });

  test('a family whose store has no series yet is headed by the SDK', async () => {
    const store = new Store();
    store.counter(describe('counter', 'jobs_total', { help: 'Jobs.', labels: ['name'] }));
    const { meter, render } = withSdk({ store });
    meter('lib').createCounter('jobs', { description: 'Jobs.' }).add(1);
    expect((await render()).text).toContain(
      '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{otel_scope_name="lib"} 1\n',
    );
  });
});
