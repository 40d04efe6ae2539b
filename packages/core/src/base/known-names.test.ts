import { expect, test } from 'vitest';
import { unknownNames } from './known-names.ts';

const KNOWN = ['timezone', 'schedule'];

test('a name that is not known is told with the one that was meant, or with all', () => {
  expect(unknownNames({ timeZone: 'UTC', schedule: '@daily', colour: 'red' }, KNOWN, 'the job')).toEqual([
    '"timeZone" is no option of the job; did you mean timezone?',
    '"colour" is no option of the job; known are timezone, schedule',
  ]);
});

test('a name without its unit means the only one that begins with it', () => {
  const known = ['timeoutSeconds', 'freshnessObjectiveSeconds', 'freshnessWarningSeconds'];
  expect(unknownNames({ timeout: 1, freshness: 2, ti: 3 }, known)).toEqual([
    '"timeout" is no option; did you mean timeoutSeconds?',
    `"freshness" is no option; known are ${known.join(', ')}`,
    `"ti" is no option; known are ${known.join(', ')}`,
  ]);
});

test('an option that is undefined says nothing', () => {
  expect(unknownNames({ colour: undefined }, KNOWN)).toEqual([]);
});

test.each([
  ['x'.repeat(1_000_000)],
  [new Uint8Array(1_000_000)],
  [['schedule']],
  [null],
  [undefined],
  [() => {}],
])('what is no object of options is one mistake, however long it is (%#)', (options) => {
  expect(unknownNames(options, KNOWN)).toEqual(['the options must be an object']);
  expect(unknownNames(options, KNOWN, 'retention')).toEqual(['retention must be an object']);
});

test('of many names the first are told, and how many more there are', () => {
  const options = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x${i}`, i]));
  const problems = unknownNames(options, KNOWN);
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toBe('4980 more names are no options');
});
