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

/** The changes that a proof of this name covers. */
const provenBy = (title: string, rule: YamlRule): readonly string[] => {
  const { isEqual } = EQUIVALENCES.find((each) => each.title === title)!;
  return ruleMutants([{ file: 'a', name: 'a', interval: '1m', rules: [rule] }])
    .filter(isEqual)
    .map(({ title: change }) => change.replace(/^r[^:]*: /, ''));
};

test('a label that what is read has already, and that nothing takes off', () => {
  const lost = (expr: string) =>
    provenBy('a label that it has anyway', { record: 'r', expr, labels: { k: 'v' } });
  expect(lost('last_over_time(a{k="v"}[6h] offset 1ms)')).toEqual(['label k was left out']);
  expect(lost('(0 * a{k="v"} + 1 and on (x) b) or on (x) c{k="v"}')).toEqual(['label k was left out']);
  expect(lost('sum by (x) (a{k="v"})')).toEqual([]);
  expect(lost('a{k="v"} - on (x) b{k="v"}')).toEqual([]);
  expect(lost('a{k="w"}')).toEqual([]);
});

test('an offset of what the rule itself records', () => {
  const offset = (name: string) =>
    provenBy('what is not recorded yet', {
      record: 'r',
      expr: `last_over_time(${name}[15m] offset 1ms) and b`,
      labels: { k: 'v' },
    });
  expect(offset('r{k="v"}')).toHaveLength(1);
  expect(offset('r')).toEqual([]);
  expect(offset('s{k="v"}')).toEqual([]);
});

test('a branch of those that another branch has, where only labels count', () => {
  const title = 'who is there anyway';
  const changes = provenBy(title, {
    record: 'r',
    expr: 'x and on (n) (0 * (a > 5 unless on (n) b) or on (n) a)',
  });
  expect(changes).toContain('">" became ">="');
  expect(changes).toContain('"unless" lost its right side');
  expect(changes).toContain('"or" lost its left side');
  expect(changes).not.toContain('"or" lost its right side');
  expect(changes).not.toContain('"unless" lost its left side');
  expect(provenBy(title, { record: 'r', expr: '0 * (a > 5) or on (n) a' })).toEqual([]);
  // Joined by nothing it has no labels; what is no number is none when it is multiplied by 0.
  const joined = 'x and on (n) (0 * (a > on (n) b) or on (n) a)';
  expect(provenBy(title, { record: 'r', expr: joined })).not.toContain('"n" (2 of 3) was left out');
  expect(provenBy(title, { record: 'r', expr: '0 * (0 * (a > 5) or on (n) a)' })).not.toContain(
    '"*" (2 of 2) became "/"',
  );
});

test('who has something at a value has it', () => {
  const expr = (more: string) => `((total and on (n) s)${more})`;
  const title = 'what is asked again';
  expect(provenBy(title, { record: 'r', expr: expr(' and on (n) (s <= 5)') })).toContain(
    '"and" (1 of 2) lost its right side',
  );
  expect(provenBy(title, { record: 'r', expr: expr(' and on (n) (t <= 5)') })).toEqual([]);
});

test('the largest of what is equal to a number', () => {
  const title = 'the largest of equals';
  expect(provenBy(title, { record: 'r', expr: 'max by (n) (a{k="v"} == 1) or b' })).toEqual([
    '"max" became "min"',
  ]);
  expect(provenBy(title, { record: 'r', expr: 'max by (n) (a > 1)' })).toEqual([]);
});

test('a count of groups, and the second of two that are equal', () => {
  expect(provenBy('a sum of ones', { record: 'r', expr: 'count by (n) (group by (n, m) (a))' })).toEqual([
    '"count" became "sum"',
  ]);
  expect(provenBy('a sum of ones', { record: 'r', expr: 'count by (n) (a)' })).toEqual([]);
  const title = 'the larger of two that are equal';
  expect(provenBy(title, { record: 'r', expr: '(n:a >= on (n) n:b or on (n) n:b or on (n) n:a)' })).toEqual([
    '">=" became ">"',
  ]);
  expect(provenBy(title, { record: 'r', expr: '(a >= b or b)' })).toEqual(['">=" became ">"']);
  // Where the second has a label more, the first goes without it, and they are two.
  for (const right of ['b', 'n_m:b', 'n:b + n_m:b'])
    expect(provenBy(title, { record: 'r', expr: `(n:a >= on (n) ${right} or on (n) ${right})` })).toEqual([]);
  expect(provenBy(title, { record: 'r', expr: '(n:a >= on (n) n:b or on (n) n:c)' })).toEqual([]);
});

test('what is as much as before, and what was not there before', () => {
  const counted = (first: string) =>
    `sum by (n) ((now and on (p) (fresh == 1))\nor\n(now - was ${first} 0)\nor\n(now < was unless on (p) same)\nor\n(now unless on (p, n) was and on (p) before)\nor\n0 * now\nor\nx)`;
  const title = 'a count that stays what it was';
  expect(provenBy(title, { record: 'r', expr: counted('>=') })).toEqual([
    '">=" became ">"',
    '"<" became "<="',
  ]);
  expect(provenBy(title, { record: 'r', expr: counted('>') })).toEqual([]);
  const grown = '(t - (last_over_time(t[6h] offset 1ms) or 0 * t) > 0)';
  expect(provenBy('nothing has not grown', { record: 'r', expr: grown })).toEqual(['"*" became "/"']);
  expect(provenBy('nothing has not grown', { record: 'r', expr: `x and on (n) ${grown}` })).toEqual([
    '"0" (1 of 2) became "-1"',
    '"*" became "/"',
  ]);
});

test('0 divided by what is asked to be more', () => {
  expect(provenBy(NOTHING, { record: 'r', expr: '0 * sum by (n) ((a > 0)) + time()' })).toEqual([
    '"*" became "/"',
  ]);
  expect(provenBy(NOTHING, { record: 'r', expr: '0 * max by (n) ((a == 1)) + time()' })).toEqual([
    '"*" became "/"',
  ]);
  expect(provenBy(NOTHING, { record: 'r', expr: '0 * (a > -1) + time()' })).toEqual([]);
});
