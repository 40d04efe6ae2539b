import { expect, test } from 'vitest';
import { describe } from '../catalog/index.ts';
import { Store } from '../store/index.ts';
import { linesOf, useSdk, warnings, withSdk } from './with-sdk.support.ts';

useSdk();

const duration = describe('histogram', 'http_server_request_duration_seconds', {
  help: 'Ours.',
  labels: ['http_route', 'error_type'],
  buckets: [1],
  convention: 'http.server.request.duration',
});
const rows = describe('counter', 'rows_total', { help: 'Rows.', labels: ['table'] });

function both() {
  const store = new Store();
  store.histogram(duration).record(0.5, { http_route: '/ours', error_type: '' });
  store.counter(rows).add(1, { table: 'ours' });
  return { store, ...withSdk({ store, scopeLabels: false }) };
}

test("what the conventions name gives way to an instrumentation's values, with one warning, and its text is the SDK's", async () => {
  const { meter, render } = both();
  const theirs = meter('@opentelemetry/instrumentation-http').createHistogram(
    'http.server.request.duration',
    {
      unit: 's',
      description: 'Theirs.',
      advice: { explicitBucketBoundaries: [1] },
    },
  );
  theirs.record(0.25, { 'http.route': '/theirs' });
  await render();
  const { text } = await render();
  expect(linesOf(text, 'http_server')).toEqual([
    'http_server_request_duration_seconds_bucket{http_route="/theirs",le="1"} 1',
    'http_server_request_duration_seconds_bucket{http_route="/theirs",le="+Inf"} 1',
    'http_server_request_duration_seconds_sum{http_route="/theirs"} 0.25',
    'http_server_request_duration_seconds_count{http_route="/theirs"} 1',
  ]);
  expect(text).toContain('# HELP http_server_request_duration_seconds Theirs.');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /http_server_request_duration_seconds \(by @opentelemetry\/instrumentation-http\)/,
  );
});

test('an instrumentation that has measured nothing does not take ours away', async () => {
  const { meter, render } = both();
  meter('@opentelemetry/instrumentation-http').createHistogram('http.server.request.duration', { unit: 's' });
  const { text } = await render();
  expect(text).toContain('http_server_request_duration_seconds_count{http_route="/ours"} 1');
  expect(warnings).toEqual([]);
});

test('a metric of the host stays beside an SDK metric of its name, and so do our own by way of the SDK', async () => {
  const { meter, render } = both();
  meter('host').createCounter('rows').add(2, { table: 'theirs' });
  meter('@sightglass').createHistogram('http_server_request_duration_seconds', { unit: 's' }).record(9, {
    http_route: '/ours',
  });
  const { text } = await render();
  expect(linesOf(text, 'rows_total')).toEqual(['rows_total{table="ours"} 1', 'rows_total{table="theirs"} 2']);
  expect(linesOf(text, 'http_server_request_duration_seconds_count')).toEqual([
    'http_server_request_duration_seconds_count{http_route="/ours"} 1',
  ]);
});
