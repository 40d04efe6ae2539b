import { describe, expect, test } from 'vitest';
import type { RuleGroup, YamlRule } from '../../rules/rule.ts';
import { variantsOf } from './edits.ts';
import { groupMutants, ruleMutants } from './mutants.ts';

const exprsOf = (expr: string) => variantsOf(expr).map((variant) => variant.expr);
const groupOf = (...rules: readonly YamlRule[]): RuleGroup => ({
  file: 'a',
  name: 'a-group',
  interval: '30s',
  rules,
});
const titlesOf = (...rules: readonly YamlRule[]) =>
  ruleMutants([groupOf(...rules)]).map(({ title }) => title);

describe('an expression has mutants', () => {
  test.each([
    ['comparisons', 'a > b', ['a >= b', 'a < b']],
    ['equalities', 'a == b', ['a != b', 'a > b']],
    ['counts', 'a == 3', ['a == 4', 'a == 2']],
    [
      'what is summed already',
      'sum by (x) (max by (x, instance) (a))',
      ['sum by (x, instance) (max by (x, instance) (a))'],
    ],
    ['shares', 'a * 0.95', ['a * 0.955', 'a * 0.945']],
    ['times', 'time() - a', ['time() + a']],
    ['arithmetic', 'a * b / c', ['a / b / c', 'a * b * c']],
    ['ranges', 'rate(a[5m])', ['rate(a[600000ms])', 'rate(a[150000ms])', 'delta(a[5m])', 'increase(a[5m])']],
    ['offsets', 'a offset 1h', ['a offset 7200000ms', 'a offset 1800000ms']],
    ['what was before', 'a[5m] offset 1ms', ['a[5m]']],
    ['increases', 'increase(a[5m])', ['delta(a[5m])', 'rate(a[5m])']],
    ['what is known', 'last_over_time(a[7d])', ['max_over_time(a[7d])', 'min_over_time(a[7d])']],
    [
      'aggregations',
      'sum by (x) (a)',
      ['max by (x) (a)', 'count by (x) (a)', 'sum by () (a)', 'sum by (x, instance) (a)'],
    ],
    ['groupings', 'max by (x, y) (a)', ['max by (y) (a)', 'max by (x) (a)', 'max by (x, y, instance) (a)']],
    ['joins', 'a and on (x, y) b', ['a and on (y) b', 'a and on (x) b', 'a unless on (x, y) b', 'a', 'b']],
    ['exceptions', 'a unless b', ['a and b', 'a', 'b']],
    ['branches', 'a or b', ['a', 'b']],
    ['branches of which one was before', 'sum(a) and b offset 1h', ['sum(a)', 'b offset 1h']],
    ['matchers', 'a{x="1",y!="2"}', ['a{y!="2"}', 'a{x="1"}']],
    [
      'alternatives',
      'a{x=~"failed|timeout|no"}',
      ['a{x=~"timeout|no"}', 'a{x=~"failed|no"}', 'a{x=~"failed|timeout"}'],
    ],
    ['roundings', 'round(a)', ['floor(a)', 'ceil(a)']],
    ['clamps', 'clamp_max(a, b)', ['clamp_min(a, b)']],
  ])('of %s', (_, expr, expected) => {
    expect(exprsOf(expr)).toEqual(expect.arrayContaining(expected));
  });

  test('but not of a label that what is aggregated has not', () => {
    expect(exprsOf('count by (x) ((group by (x, y) (a)))')).not.toContain(
      'count by (x, instance) ((group by (x, y) (a)))',
    );
  });

  test('all of which can be read: nothing but `round` takes what it is rounded to', () => {
    expect(exprsOf('round(a, 0.1)').filter((expr) => !expr.startsWith('round'))).toEqual([]);
  });

  test('but none of a label that by its name no aggregated series has', () => {
    const widened = (expr: string) => exprsOf(expr).filter((each) => each.includes('x, instance'));
    expect(widened('sum by (x) (x_y:a:b - x:c:d)')).toEqual([]);
    expect(widened('sum by (x) (x_y:a:b - c)')).not.toEqual([]);
    expect(widened('sum by (x) (x_instance:a:b)')).not.toEqual([]);
    expect(widened('sum by (x) (slo:a:b)')).not.toEqual([]);
  });

  test('none of which is said twice', () => {
    const all = exprsOf('sum(rate(a{x=~"b|c"}[5m])) / 2 > 0.5 or a > 2 unless on (x) b - 1');
    expect(new Set(all).size).toBe(all.length);
  });

  test('but none of an increase that is only compared with 0: it is the same per second', () => {
    expect(exprsOf('sum by (x) (increase(a[5m])) > 0').filter((expr) => expr.includes('rate('))).toEqual([]);
    expect(exprsOf('increase(a[5m]) > 1')).toContain('rate(a[5m]) > 1');
    expect(exprsOf('count(increase(a[5m]) > 1) > 0')).toContain('count(rate(a[5m]) > 1) > 0');
  });
});

describe('a rule has mutants', () => {
  test('of how long an alert holds, and of what is put on it', () => {
    const labels = { severity: 'critical', component: 'jobs' };
    expect(titlesOf({ alert: 'A', expr: 'a', for: '5m', labels })).toEqual([
      'A: for 5m was removed',
      'A: for 5m became longer',
      'A: for 5m became shorter',
      'A: keep_firing_for none became a minute',
      'A: label severity "critical" became "warning"',
      'A: label component was left out',
    ]);
  });

  test('that tell rules of one name apart by their labels', () => {
    const rule = (slo: string) => ({ record: 'r', expr: 'a or b', labels: { slo } });
    expect(titlesOf(rule('x'), rule('y')).filter((title) => title.includes('right'))).toEqual([
      'r{slo="x"}: "or" lost its right side',
      'r{slo="y"}: "or" lost its right side',
    ]);
  });

  test('whose text is the same whatever the rule says to people', () => {
    const said = (summary: string) => groupOf({ alert: 'A', expr: 'a > 1', annotations: { summary } });
    const texts = (group: RuleGroup) => ruleMutants([group]).map(({ text }) => text);
    expect(texts(said('One thing.'))).toEqual(texts(said('Another.')));
    expect(new Set(texts(said(''))).size).toBe(texts(said('')).length);
  });
});

test('a group has mutants of its interval', () => {
  expect(groupMutants([groupOf()]).map(({ title }) => title)).toEqual([
    'group a-group: interval 30s became 60000ms',
    'group a-group: interval 30s became 240000ms',
  ]);
});
