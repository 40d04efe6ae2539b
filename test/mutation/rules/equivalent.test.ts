import { describe, expect, test } from 'vitest';
import type { YamlRule } from '../../rules/rule.ts';
import { EQUIVALENCES } from './equivalent.ts';
import { ruleMutants } from './mutants.ts';

/** The changes of an expression that are proven to change nothing, by the name of the proof. */
function proven(expr: string): { readonly [title: string]: readonly string[] } {
  const rule: YamlRule = { record: 'r', expr };
  const mutants = ruleMutants([{ file: 'a', name: 'a', interval: '1m', rules: [rule] }]);
  return Object.fromEntries(
    EQUIVALENCES.map(({ title, isEqual }) => [
      title,
      mutants.filter(isEqual).map(({ title: change }) => change.slice('r: '.length)),
    ]),
  );
}
const [UNSEEN, SIDE, NOTHING] = [
  'a value that nobody looks at',
  'a matcher that the other side has',
  'nothing of what is never nothing',
] as const;

describe('a value that nobody looks at', () => {
  test.each([
    ['a and max by (x) (b)', ['"max" became "min"']],
    [
      'a unless last_over_time(b[5m])',
      ['"last_over_time" became "max_over_time"', '"last_over_time" became "min_over_time"'],
    ],
    [
      'a and (0 * b + 1)',
      [
        '"0" became "1"',
        '"0" became "-1"',
        '"*" became "/"',
        '"+" became "-"',
        '"1" became "2"',
        '"1" became "0"',
      ],
    ],
    ['count by (x) (max by (x, y) (b))', ['"max" became "min"']],
  ])('is on the right of %s', (expr, changes) => {
    expect(proven(expr)[UNSEEN]).toEqual(changes);
  });

  test.each([
    ['max by (x) (a) and b'],
    ['max by (x) (a) or b'],
    ['a and (max by (x) (b) > 1)'],
    ['a > on (x) max by (x) (b)'],
    ['a and topk(1, b)'],
    ['sum by (x) (max by (x, y) (b))'],
  ])('but not in %s', (expr) => {
    expect(proven(expr)[UNSEEN]).toEqual([]);
  });
});

test('one of the matchers of what a total grew by', () => {
  const grown = (matchers: string) =>
    `clamp_min(a:b:total${matchers} - ( last_over_time(a:b:total${matchers}[15m] offset 1h) or last_over_time(a:b:total_hourly${matchers}[7d] offset 1h) or 0 * a:b:total${matchers} ), 0)`;
  expect(proven(grown('{k="v"}'))[SIDE]).toHaveLength(4);
  expect(proven(grown('{k=~"v|w",l="m"}'))[SIDE]).toHaveLength(8);
  expect(proven(grown(''))[SIDE]).toEqual([]);
  expect(proven('a:b:total{k="v"} - a:b:total{k="v"}')[SIDE]).toHaveLength(2);
  expect(proven('a{k="v"} unless (b{k="v"} <= last_over_time(c{k="v"}[1h]))')[SIDE]).toHaveLength(2);
  expect(proven('a{k="v"} - on (x) b{k="v"}')[SIDE]).toEqual([]);
  expect(proven('a{k="v"} or b{k="v"}')[SIDE]).toEqual([]);
  expect(proven('a{k="v"} > bool b')[SIDE]).toEqual([]);
});

test('0 divided by an interval or a time', () => {
  expect(proven('0 * a_interval_seconds + time()')[NOTHING]).toEqual(['"*" became "/"']);
  expect(proven('0 * max by (x) (x:a_timestamp_seconds:last_known) + 1')[NOTHING]).toEqual([
    '"*" became "/"',
  ]);
  expect(proven('0 * a_total + 1')[NOTHING]).toEqual([]);
  expect(proven('2 * a_interval_seconds')[NOTHING]).toEqual([]);
});

test('what is divided by an information', () => {
  expect(proven('a * on (x) group_left (y) x_y:b:info')['what is multiplied by an information']).toEqual([
    '"*" became "/"',
  ]);
  expect(proven('a * on (x) b')['what is multiplied by an information']).toEqual([]);
});
