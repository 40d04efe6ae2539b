import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelIndex } from './label-index.ts';

const names = ['a', 'b', 'c', 'd'];
const labelsOf = (values: readonly string[]) =>
  Object.fromEntries(values.map((value, i) => [names[i]!, value]));

test('no two sets of values share an entry, whatever characters they are made of', () => {
  const index = new LabelIndex<number>(['a', 'b']);
  const pairs = [
    ['x', 'y'],
    ['x,b:y', ''],
    ['', 'x,b:y'],
    ['x|y', ''],
    ['x', '|y'],
    ['__proto__', 'constructor'],
    ['constructor', '__proto__'],
    ['\u0000', ''],
    ['', '\u0000'],
  ];
  for (const [i, pair] of pairs.entries()) index.set(pair, i);
  expect(pairs.map((pair) => index.get(labelsOf(pair)))).toEqual(pairs.map((_, i) => i));
});

test('finds, by labels and by values, what was set last and not deleted, at any depth', () => {
  const value = fc.constantFrom('', 'a', 'b', 'a,b', '__proto__');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 }).chain((depth) =>
        fc.array(fc.tuple(fc.boolean(), fc.array(value, { minLength: depth, maxLength: depth })), {
          maxLength: 40,
        }),
      ),
      (steps) => {
        const depth = steps[0]?.[1].length ?? 0;
        const index = new LabelIndex<number>(names.slice(0, depth));
        const model = new Map<string, number>();
        for (const [i, [set, values]] of steps.entries()) {
          if (set) {
            index.set(values, i);
            model.set(JSON.stringify(values), i);
          } else {
            index.delete(values);
            model.delete(JSON.stringify(values));
          }
          for (const [, seen] of steps) {
            const expected = model.get(JSON.stringify(seen));
            expect(index.get({ ...labelsOf(seen), extra: 'ignored' })).toBe(expected);
            expect(index.getValues(seen)).toBe(expected);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('finds nothing for labels that are missing or not text', () => {
  const index = new LabelIndex<string>(['a', 'b']);
  index.set(['1', 'true'], 'entry');
  const wrong: unknown[] = [
    undefined,
    null,
    {},
    { a: '1' },
    { b: 'true' },
    { a: 1, b: true },
    7,
    'text',
    [],
    { a: ['1'], b: 'true' },
  ];
  expect(wrong.map((labels) => index.get(labels as never))).toEqual(wrong.map(() => undefined));
});
