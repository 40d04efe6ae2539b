import { expect, test } from 'vitest';
import type { Mutant, Witness } from './mutant.ts';
import { mistakesOf, openOf, summaryOf } from './suite.ts';

const mutant = (title: string): Mutant => ({ title, file: 'a', text: title });
const [one, two, three] = [mutant('one'), mutant('two'), mutant('three')];
const story: Witness<Mutant> = { title: 'a story', evidence: () => '', findsOut: async () => [] };
const suite = {
  mutants: [one, two, three],
  proof: ({ title }: Mutant) => (title === 'three' ? 'three is three' : undefined),
  proofs: ['three is three'],
};

test('mutants are found out, open or proven equal', () => {
  const findings = { found: new Map([[one, story]]), byKin: new Map(), alive: [two, three] };
  expect(mistakesOf(suite, findings, ['two'])).toEqual([]);
  expect(openOf(suite, findings.alive)).toEqual(['two']);
});

test('whoever is found out by its kin is so', () => {
  const findings = { found: new Map([[one, story]]), byKin: new Map([[two, one]]), alive: [three] };
  expect(mistakesOf(suite, findings, [])).toEqual([]);
  expect(mistakesOf(suite, findings, ['two'])).toEqual([
    'found out by its kin "one", so no longer open: two',
  ]);
});

test('all others are mistakes, and so is what a list or a proof says of none', () => {
  const findings = {
    found: new Map([
      [two, story],
      [three, story],
    ]),
    byKin: new Map<Mutant, Mutant>(),
    alive: [one],
  };
  const wrong = {
    ...suite,
    mutants: [...suite.mutants, mutant('one')],
    proofs: [...suite.proofs, 'four is four'],
  };
  expect(mistakesOf(wrong, findings, ['two', 'five', 'three'])).toEqual([
    'two mutants are named one',
    'nothing finds out: one',
    'found out by "a story", so no longer open: two',
    'said to be equal, but "a story" tells it: three',
    'found out by "a story", so no longer open: three',
    'open, but no longer there: five',
    'open and proven at once: three',
    'proves nothing any more: four is four',
  ]);
});

test('what is proven equal waits for no hunt, and is counted as proven', () => {
  const findings = {
    ...{ found: new Map([[one, story]]), byKin: new Map(), alive: [], aliveSpecimens: [], hunted: [one] },
    waiting: [two, three],
  };
  expect(summaryOf({ ...suite, name: 'numbers' }, findings)).toBe(
    'numbers: 3 mutants, 1 found out, of which 0 by the same change in a rule of the same text, 1 proven equal, of which 0 were held against every witness since they changed, 0 open, 1 waiting for a hunt; 1 hunted, the others remembered',
  );
});
