import { expect, test } from 'vitest';
import { readExpression } from './expression.ts';

test('an expression gives its ranges, its series with their labels, and the functions round them', () => {
  expect(
    readExpression(
      'sum by (le) (rate(a_bucket{x="1",job=~".+"}[5m])) / (max_over_time(b[1h] offset 1d) > 0)',
    ),
  ).toEqual({
    syntaxErrors: 0,
    ranges: [
      { fn: 'rate', range: '5m' },
      { fn: 'max_over_time', range: '1h' },
    ],
    series: [
      { metric: 'a_bucket', labels: ['x', 'job'], within: ['rate'] },
      { metric: 'b', labels: [], within: ['max_over_time'] },
    ],
  });
});

test('a bracket in a matcher is not taken for a range', () => {
  expect(readExpression('rate(a{x=~"[ab]"}[5m])').ranges).toEqual([{ fn: 'rate', range: '5m' }]);
});

test('what is no PromQL is counted', () => {
  expect(readExpression('rate(a[5m]').syntaxErrors).toBeGreaterThan(0);
});
