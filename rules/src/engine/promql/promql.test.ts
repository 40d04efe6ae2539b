import { counter } from '@sightglass/core';
import { expect, test } from 'vitest';
import { asSeconds, minutes, promql, renderQuery, threshold } from '../../index.ts';

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
