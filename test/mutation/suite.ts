import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Findings } from './hunt.ts';
import type { Mutant, Suite } from './mutant.ts';

/*
 * A mutant that is alive has a proof that nothing can tell it from the original, or is open: no witness finds it out yet. Open mutants are a
 * committed list, so that none joins them unseen. Its aim is to be empty.
 */

type List = 'open' | 'waiting';
const listOf = (list: List, suite: string): URL => new URL(`./${list}/${suite}.txt`, import.meta.url);

/** The titles of the mutants that no witness finds out yet. */
export const readOpen = (suite: string): readonly string[] => readList('open', suite);

/** What has mutants that were not hunted yet, such as rules by their names, since it or its stories are newer than the last hunt. */
export const readWaiting = (suite: string): readonly string[] => readList('waiting', suite);

/** What a mutant is one of: the name before the change in its title. */
const changedIn = ({ title }: Mutant): string => title.split(': ')[0]!;

/** Whether a mutant is of something that waits. */
export function isOneOf(waiting: readonly string[]): (mutant: Mutant) => boolean {
  const names = new Set(waiting);
  return (mutant) => names.has(changedIn(mutant));
}

const readList = (list: List, suite: string): readonly string[] =>
  existsSync(listOf(list, suite))
    ? readFileSync(listOf(list, suite), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

export const writeOpen = (suite: string, titles: readonly string[]): void => writeList('open', suite, titles);

export const writeWaiting = (suite: string, mutants: readonly Mutant[]): void =>
  writeList('waiting', suite, [...new Set(mutants.map(changedIn))]);

function writeList(list: List, suite: string, titles: readonly string[]): void {
  mkdirSync(new URL('.', listOf(list, suite)), { recursive: true });
  writeFileSync(
    listOf(list, suite),
    titles
      .toSorted()
      .map((title) => `${title}\n`)
      .join(''),
  );
}

/** What is wrong with a suite, in sentences; empty when every mutant is found out, proven equal or known to be open. */
export function mistakesOf<M extends Mutant>(
  { mutants, proof, proofs }: Pick<Suite<M>, 'mutants' | 'proof' | 'proofs'>,
  { found, byKin, alive }: Pick<Findings<M>, 'found' | 'byKin' | 'alive'>,
  open: readonly string[],
  waiting: readonly string[] = [],
): string[] {
  const titles = mutants.map(({ title }) => title);
  const known = new Set(open);
  const used = new Set(mutants.map(proof));
  const exists = new Set(titles);
  const changed = new Set(mutants.map(changedIn));
  return [
    ...twice(titles).map((title) => `two mutants are named ${title}`),
    ...alive
      .filter((mutant) => proof(mutant) === undefined && !known.has(mutant.title))
      .map(({ title }) => `nothing finds out: ${title}`),
    ...[...found].flatMap(([mutant, witness]) => [
      ...(proof(mutant) === undefined
        ? []
        : [`said to be equal, but "${witness.title}" tells it: ${mutant.title}`]),
      ...(known.has(mutant.title)
        ? [`found out by "${witness.title}", so no longer open: ${mutant.title}`]
        : []),
    ]),
    ...[...byKin]
      .filter(([{ title }]) => known.has(title))
      .map(([{ title }, kin]) => `found out by its kin "${kin.title}", so no longer open: ${title}`),
    ...open.filter((title) => !exists.has(title)).map((title) => `open, but no longer there: ${title}`),
    ...waiting.filter((name) => !changed.has(name)).map((name) => `waits, but is no longer there: ${name}`),
    ...mutants
      .filter((mutant) => proof(mutant) !== undefined && known.has(mutant.title))
      .map(({ title }) => `open and proven at once: ${title}`),
    ...[...proofs].filter((each) => !used.has(each)).map((each) => `proves nothing any more: ${each}`),
  ];
}

function twice(titles: readonly string[]): string[] {
  const seen = new Set<string>();
  return titles.filter((title) => seen.size === seen.add(title).size);
}

/** The titles that belong on the list of open mutants. */
export const openOf = <M extends Mutant>({ proof }: Pick<Suite<M>, 'proof'>, alive: readonly M[]): string[] =>
  alive.filter((mutant) => proof(mutant) === undefined).map(({ title }) => title);

/** Those that nobody found out and nobody has proven equal either, so that a hunt has to come to them. */
export const unproven = <M extends Mutant>({ proof }: Pick<Suite<M>, 'proof'>, mutants: readonly M[]): M[] =>
  mutants.filter((mutant) => proof(mutant) === undefined);

/** What came of a suite, in one line. */
export function summaryOf<M extends Mutant>(
  suite: Pick<Suite<M>, 'name' | 'mutants' | 'proof'>,
  { found, byKin, alive, hunted, waiting }: Findings<M>,
): string {
  const { name, mutants } = suite;
  const out = mutants.filter((mutant) => found.has(mutant)).length + byKin.size;
  const [open, waits] = [unproven(suite, alive).length, unproven(suite, waiting).length];
  const held = alive.length - open;
  const proven = held + waiting.length - waits;
  return `${name}: ${mutants.length} mutants, ${out} found out, of which ${byKin.size} by the same change in a rule of the same text, ${proven} proven equal, of which ${held} were held against every witness since they changed, ${open} open, ${waits} waiting for a hunt; ${hunted.length} hunted, the others remembered`;
}
