import { counter } from '@sightglass/core';
import { ALERTS, asSeconds, minutes, promql, raw, up } from '@sightglass/rules';
import { describe, expect, test } from 'vitest';
import { scopeOf } from './context.ts';
import { renderScoped, withinScope } from './scope.ts';

const rows = counter('scope_test_rows_total', { help: 'Rows.', labels: ['table', 'layer'] });
const ratio = { record: 'layer:scope_test:ratio', labels: ['layer'] };

const NO_SCOPE = { scope: [] };

test('each series is filtered by the variables whose labels it has, however deep it stands', () => {
  const query = promql`${promql`sum(rate(${rows.where({ table: 'a' })}[${minutes(5)}]))`} / ${ratio} * ${up} + ${asSeconds(minutes(1))} + ${2}${raw('')}`;
  expect(renderScoped(query, ['layer', 'job'], NO_SCOPE)).toBe(
    'sum(rate(scope_test_rows_total{table="a",layer=~"$layer",job=~"$job"}[5m])) / layer:scope_test:ratio{layer=~"$layer"} * up{job=~"$job"} + 60 + 2',
  );
});

test("an installation's selector stands beside the variables", () => {
  expect(
    renderScoped(promql`${rows} / ${ratio}`, ['table'], { ...NO_SCOPE, selector: { namespace: 'prod' } }),
  ).toBe(
    'scope_test_rows_total{namespace="prod",table=~"$table"} / layer:scope_test:ratio{namespace="prod"}',
  );
});

test('alerts are series of rules: they have the labels of their expressions, and none of a target by themselves', () => {
  const firing = { ...ALERTS, labels: ['job_name'] };
  expect(renderScoped(promql`${firing}`, ['job', 'instance', 'job_name'], NO_SCOPE)).toBe(
    'ALERTS{job_name=~"$job_name"}',
  );
});

describe('within a scope', () => {
  const chosen = (text: string) => text.replaceAll('@', 'env=~"$env"');

  test.each([
    ['a selector is filtered', 'x', 'x{@}'],
    ['beside other matchers', 'x{a="}",b!=""}', 'x{a="}",b!="",@}'],
    ['and empty ones', 'x{} + on () y', 'x{@} + on (env) y{@}'],
    ['an aggregation keeps estates apart', 'sum by (a) (x)', 'sum by (env, a) (x{@})'],
    [
      'also where it kept nothing',
      'sum(max by () (x)) / count (y)',
      'sum by (env) (max by (env) (x{@})) / count by (env) (y{@})',
    ],
    ['wherever its labels stand', 'sum(x) by (a)', 'sum(x{@}) by (env, a)'],
    ['one that drops some labels keeps the others', 'sum without (a) (x)', 'sum without (a) (x{@})'],
    [
      'a match is within an estate',
      'x and on (a) y * on (a, b) group_left (c) z',
      'x{@} and on (env, a) y{@} * on (env, a, b) group_left (c) z{@}',
    ],
    ['but for one by what it ignores', 'x / ignoring (a) y', 'x{@} / ignoring (a) y{@}'],
    [
      'ranges and variables stay',
      `max_over_time(x[\${window}s]) unless x offset $__rate_interval > $__range_s`,
      `max_over_time(x{@}[\${window}s]) unless x{@} offset $__rate_interval > $__range_s`,
    ],
    [
      'what one number is made of stays together',
      'scalar(max(x) or vector(1)) + sum(y)',
      'scalar(max(x{@}) or vector(1)) + sum by (env) (y{@})',
    ],
    [
      'what Prometheus says of itself is told everywhere',
      'sum by (job) (prometheus_x) + up',
      'sum by (env, job) (prometheus_x) + up{@}',
    ],
  ])('%s', (_, expr, expected) => {
    const written = withinScope(expr, ['env']);
    expect(written).toBe(chosen(expected));
    expect(withinScope(written, ['env'])).toBe(written);
    expect(withinScope(expr, [])).toBe(expr);
  });

  test('a label of the selector is not chosen again, and what can tell no estates apart is refused', () => {
    expect(scopeOf({ selector: { namespace: 'prod' } })).toEqual(['cluster', 'environment']);
    expect(() => scopeOf({ scope: ['team', 'job', 'a-b'] })).toThrow('No scope labels: "job", "a-b"');
  });
});
