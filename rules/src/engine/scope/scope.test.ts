import { expect, test } from 'vitest';
import { DEFAULT_SCOPE, scopeOf, withScope } from './scope.ts';

const scoped = (expression: string) => withScope(expression, ['cluster', 'env']);

test.each([
  ['sum by (a) (x)', 'sum by (cluster, env, a) (x)'],
  ['sum (x) by (a)', 'sum (x) by (cluster, env, a)'],
  ['sum(x)', 'sum by (cluster, env) (x)'],
  ['max by () (x)', 'max by (cluster, env) (x)'],
  ['topk(3, x)', 'topk by (cluster, env) (3, x)'],
  ['count_values by (a) ("v", x)', 'count_values by (cluster, env, a) ("v", x)'],
  ['x / on (a, b) group_left (c) y', 'x / on (cluster, env, a, b) group_left (c) y'],
  ['x unless on () y', 'x unless on (cluster, env) y'],
  [
    'sum by (a) (x) > on (a) group_right () max by (a) (y)',
    'sum by (cluster, env, a) (x) > on (cluster, env, a) group_right () max by (cluster, env, a) (y)',
  ],
  ['sum by (env, a) (x)', 'sum by (cluster, env, a) (x)'],
  [
    'scalar(max(x) or on () max by (a) (y)) + sum(z)',
    'scalar(max(x) or on () max by (a) (y)) + sum by (cluster, env) (z)',
  ],
])('%s becomes %s', (given, wanted) => {
  expect(scoped(given)).toBe(wanted);
  expect(scoped(wanted)).toBe(wanted);
});

test.each([
  'x',
  'x / y',
  'x or y',
  'sum without (instance) (x)',
  'x * ignoring (a) y',
  'time() - x',
  'vector(1)',
  'histogram_quantile(0.9, x)',
])('%s stays as it is', (expression) => expect(scoped(expression)).toBe(expression));

test('inner aggregations and matchings are scoped too', () => {
  expect(scoped('max by (a) (sum by (a, b) (x) * on (a, b) y)')).toBe(
    'max by (cluster, env, a) (sum by (cluster, env, a, b) (x) * on (cluster, env, a, b) y)',
  );
});

test('no scope changes nothing', () => expect(withScope('sum(x)', [])).toBe('sum(x)'));

test('the labels of a selector belong to the scope', () => {
  expect(scopeOf({})).toEqual(DEFAULT_SCOPE);
  expect(scopeOf({ scope: ['cluster'], selector: { cluster: 'a', team: 'b' } })).toEqual(['cluster', 'team']);
  expect(scopeOf({ scope: [] })).toEqual([]);
});
