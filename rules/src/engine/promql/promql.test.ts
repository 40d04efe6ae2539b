import { counter } from '@sightglass/core';
import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { expect, test } from 'vitest';
import { asSeconds, bucketOf, minutes, promql, renderQuery, threshold, where } from '../../index.ts';
import { boundTexts } from './promql.ts';

const runs = counter('promql_test_runs_total', {
  help: 'Runs.',
  labels: { table: String, outcome: ['ok', 'failed'] },
});

test('metrics, durations, thresholds and other expressions are filled in', () => {
  const limit = threshold('limit', 3, 'Three strikes.');
  const errors = promql`increase(${runs.where({ outcome: 'failed' })}[${minutes(90)}])`;
  expect(renderQuery(promql`sum(${errors}) > ${limit}`)).toBe(
    'sum(increase(promql_test_runs_total{outcome="failed"}[1h30m])) > 3',
  );
});

test('rendering for one installation adds its matchers, thresholds and speed', () => {
  const limit = threshold('limit', minutes(30), 'Half an hour.');
  const query = promql`time() - ${runs} > ${limit} + ${asSeconds(minutes(1))} and ${runs.where({ table: { not: ['a.b', 'c'] } })}`;
  expect(renderQuery(query, { selector: { namespace: 'prod' }, thresholds: { limit: 600 }, scale: 60 })).toBe(
    'time() - promql_test_runs_total{namespace="prod"} > 10 + 1 and promql_test_runs_total{table!~"a\\\\.b|c",namespace="prod"}',
  );
});

test('what is no declared metric does not compile', () => {
  // @ts-expect-error a metric is not named by a string
  const query = promql`rate(${'promql_test_runs_total'}[5m])`;
  expect(query.parts).toHaveLength(1);
});

test('some series of a metric that is declared as data are of that metric', () => {
  const slow = where(httpServerRequestDuration, { http_route: '/slow' });
  expect(renderQuery(promql`${bucketOf(slow)}`)).toBe(
    'http_server_request_duration_seconds_bucket{http_route="/slow"}',
  );
});

test('a bound is matched by every text that Prometheus stores it by', () => {
  expect([0.5, 1, 60, 1_000_000, 0.00001, 2.5e6].map(boundTexts)).toEqual([
    ['0.5'],
    ['1', '1.0'],
    ['60', '60.0'],
    ['1000000', '1e+06'],
    ['0.00001', '1e-05'],
    ['2500000', '2.5e+06'],
  ]);
});
