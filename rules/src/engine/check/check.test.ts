import { counter, gauge, histogram } from '@sightglass/core';
import { expect, test } from 'vitest';
import { minutes } from '../promql/duration.ts';
import { promql } from '../promql/promql.ts';
import { catalogOf, checkQuery, checks, type Purpose } from './index.ts';

const runs = counter('check_runs_total', {
  help: 'Runs.',
  labels: { table: String, outcome: ['ok', 'failed'] },
});
const depth = gauge('check_depth', { help: 'Depth.', labels: ['queue'] });
const took = histogram('check_duration_seconds', { help: 'Took.', labels: ['table'], buckets: [1, 2] });

const catalog = catalogOf({
  declared: [runs.descriptor, depth.descriptor, took.descriptor],
  recorded: [{ record: 'table:check_runs:rate5m', labels: ['table'], expr: promql`0` }],
  external: [{ external: 'up', kind: 'gauge', labels: [] }],
});

const found = (expression: string, purpose?: Purpose) =>
  checkQuery(expression, { catalog, ...(purpose === undefined ? {} : { purpose }) }).map(
    ({ check }) => check,
  );

/** For each check: expressions that break it and nothing else, and near ones that are sound. */
const cases: {
  readonly [check: string]: { bad: readonly string[]; good: readonly string[]; purpose?: Purpose };
} = {
  syntax: { bad: ['sum by (queue) (check_depth', 'check_depth{queue="a"}_sum'], good: ['check_depth'] },
  ranges: {
    bad: ['rate(check_runs_total)', 'abs(check_depth[5m])', 'check_depth[5m]', 'max_over_time(check_depth)'],
    good: [
      'max_over_time(check_depth[5m])',
      'max_over_time(check_depth[5m] offset 1h)',
      'max_over_time(check_depth[1h:5m])',
    ],
  },
  compatibility: {
    bad: ['sort_by_label(check_depth, "queue")', 'limitk(2, check_depth)', 'check_depth > 5m'],
    good: ['sort(check_depth)', 'check_depth > 300', 'check_depth > +Inf'],
  },
  'unknown-metric': {
    bad: [
      'check_dept',
      'rate(check_duration_seconds[5m])',
      '{queue="a"}',
      'rate(check_runs_bucket[5m])',
      '{__name__="check_dept"}',
    ],
    good: [
      'check_depth',
      'rate(check_duration_seconds_sum[5m])',
      'table:check_runs:rate5m',
      'up',
      '{__name__="up"}',
    ],
  },
  'unknown-label': {
    bad: ['check_depth{table="a"}', 'table:check_runs:rate5m{job="a"}', 'check_depth{le="1"}'],
    good: ['check_depth{queue="a",job="x",instance="y"}', 'rate(check_duration_seconds_bucket{le="1"}[5m])'],
  },
  'closed-value': {
    bad: [
      'rate(check_runs_total{outcome="success"}[5m])',
      'rate(check_runs_total{outcome!="success"}[5m])',
      'rate(check_runs_total{outcome=~"ok|fail"}[5m])',
    ],
    good: [
      'rate(check_runs_total{outcome="ok",table="any"}[5m])',
      'rate(check_runs_total{outcome=~"ok|fail.*"}[5m])',
      'rate(check_runs_total{outcome=~"$outcome"}[5m])',
    ],
  },
  'grouping-label': {
    bad: [
      'sum by (queue) (rate(check_runs_total[5m]))',
      'max without (table) (check_depth)',
      'sum by (instance) (sum by (table) (rate(check_runs_total[5m])))',
      'sum by (le) (histogram_quantile(0.5, sum by (le) (rate(check_duration_seconds_bucket[5m]))))',
    ],
    good: [
      'sum by (table) (rate(check_runs_total[5m]))',
      'max without (queue) (check_depth)',
      'sum by (value) (count_values by (queue) ("value", check_depth))',
      'sum by (kind) (label_replace(check_depth, "kind", "$1", "queue", "(.*)"))',
    ],
  },
  'matching-label': {
    bad: [
      'check_depth > on (table) table:check_runs:rate5m',
      'check_depth > sum by (queue) (check_depth)',
      'sum by (table) (rate(check_runs_total[5m])) * on (table) group_left (queue) table:check_runs:rate5m',
      'check_depth and table:check_runs:rate5m',
      'check_depth > ignoring (table) check_depth',
    ],
    good: [
      'check_depth > on (queue) sum by (queue) (check_depth)',
      'sum by (queue) (check_depth) > max by (queue) (check_depth)',
      'check_depth or table:check_runs:rate5m',
      'rate(check_runs_total[5m]) * on (job, instance) group_left (queue) check_depth',
    ],
  },
  'rate-of-gauge': {
    bad: [
      'rate(check_depth[5m])',
      'increase(table:check_runs:rate5m[5m])',
      'delta(check_runs_total[5m])',
      'deriv(check_duration_seconds_sum[5m])',
    ],
    good: [
      'rate(check_runs_total[5m])',
      'delta(check_depth[5m])',
      'increase(check_duration_seconds_count[5m])',
    ],
  },
  'rate-of-sum': {
    bad: ['rate(sum(check_runs_total)[5m:1m])'],
    good: ['sum(rate(check_runs_total[5m]))', 'max_over_time(sum(check_depth)[5m:1m])'],
  },
  'raw-counter-compared': {
    bad: [
      'check_runs_total > 5',
      'sum by (table) (check_runs_total) >= 5',
      '0 < (check_runs_total)',
      'max_over_time(check_runs_total[5m]) > 5',
    ],
    good: [
      'increase(check_runs_total[5m]) > 5',
      'check_runs_total > check_runs_total offset 5m',
      'sum(increase(check_runs_total[5m]) or (check_runs_total unless check_runs_total offset 5m)) > 0',
    ],
  },
  'short-window': {
    bad: ['rate(check_runs_total[30s])', 'delta(check_depth[59s] offset 1h)'],
    good: [
      'rate(check_runs_total[1m])',
      'rate(check_runs_total[$__rate_interval])',
      'max_over_time(check_depth[30s])',
    ],
  },
  'beyond-retention': {
    bad: ['increase(check_runs_total[28d])', 'check_depth offset 3w'],
    good: ['increase(check_runs_total[1w3d])', 'check_depth offset 1d'],
  },
  quantile: {
    bad: [
      'histogram_quantile(0.9, check_duration_seconds_bucket)',
      'histogram_quantile(0.9, sum by (table) (rate(check_duration_seconds_bucket[5m])))',
      'histogram_quantile(0.9, sum by (le) (check_duration_seconds_bucket))',
    ],
    good: ['histogram_quantile(0.9, sum by (le, table) (rate(check_duration_seconds_bucket[5m])))'],
  },
  mismatch: {
    bad: [
      'sum(rate(check_runs_total[5m])) > sum(rate(check_duration_seconds_sum[5m]))',
      'sum(rate(check_duration_seconds_sum[5m])) + sum(rate(check_runs_total[5m]))',
    ],
    good: [
      'rate(check_duration_seconds_sum[5m]) > 0.5',
      'sum(rate(check_runs_total[5m])) > sum(rate(check_duration_seconds_count[5m]))',
    ],
  },
  'unguarded-division': {
    bad: [
      'sum(check_depth) / sum(rate(check_runs_total[5m]))',
      'check_depth / 0',
      '1 / check_depth',
      'check_depth / (check_depth < 5)',
      'check_depth / (check_depth > bool 0)',
    ],
    good: [
      'sum(check_depth) / (sum(rate(check_runs_total[5m])) > 0)',
      'check_depth / 60',
      'check_depth / clamp_min(check_depth, 1)',
    ],
  },
  condition: {
    purpose: 'alert',
    bad: ['check_depth', 'check_depth > bool 5', 'sum(check_depth) + 1'],
    good: ['check_depth > 5', 'absent(check_depth)', 'check_depth unless up', 'vector(1)'].map((expression) =>
      expression.replace('unless up', 'unless on (job) up'),
    ),
  },
  fragile: {
    purpose: 'alert',
    bad: ['topk(3, check_depth) > 5', 'max by (instance) (check_depth) > 5'],
    good: ['max by (job) (check_depth) > 5'],
  },
};

test('every check has cases', () => {
  expect(Object.keys(cases).sort()).toEqual(checks.map(({ name }) => name).sort());
});

for (const [check, { bad, good, purpose }] of Object.entries(cases)) {
  test.each(bad)(`${check} refuses %s`, (expression) => {
    expect(new Set(found(expression, purpose))).toEqual(new Set([check]));
  });
  test.each(good)(`${check} accepts %s`, (expression) => {
    expect(found(expression, purpose)).toEqual([]);
  });
}

test('all problems are reported at once, in order of place', () => {
  expect(found('rate(check_depth{table="a"}[30s]) / check_dept')).toEqual([
    'rate-of-gauge',
    'short-window',
    'unknown-label',
    'unknown-metric',
    'unguarded-division',
  ]);
});

test('what asks for a better panel does not stop it, what stops an alert does', () => {
  expect(found('topk(3, check_depth)', 'panel')).toEqual([]);
  expect(found('topk(3, check_depth)', 'alert')).toEqual(['condition', 'fragile']);
});

test('a slower scrape asks for longer windows', () => {
  const options = { catalog, scrapeInterval: minutes(1) };
  expect(checkQuery('rate(check_runs_total[3m])', options).map(({ message }) => message)).toEqual([
    'the window holds fewer than 4 scrapes; take 4m or more',
  ]);
  expect(checkQuery('rate(check_runs_total[4m])', options)).toEqual([]);
});

test('labels that a deployment adds are known', () => {
  const sources = { declared: [depth.descriptor], recorded: [], external: [] };
  expect(checkQuery('check_depth{namespace="prod"}', { catalog: catalogOf(sources) })).toHaveLength(1);
  const deployed = catalogOf({ ...sources, commonLabels: ['namespace'] });
  expect(checkQuery('check_depth{namespace="prod"}', { catalog: deployed })).toEqual([]);
});
