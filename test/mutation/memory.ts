import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { digest } from '@sightglass/test-tools';
import type { Mutant, Witness } from './mutant.ts';

/**
 * Raise it when witnesses judge in another way (another comparison, another way to evaluate): then nothing that is remembered counts.
 * What a mutant is, and what happens in a story, are in the hashes anyway.
 */
const HARNESS = 3;

/** Base64 digits, of 6 bits each: enough that none of tens of thousands has the digits of another, and that no change keeps them. */
const DIGITS = { mutant: 8, witness: 6, evidence: 16 } as const;

/** Stands for the witness of a mutant that none finds out. */
const NOBODY = '-';

/** What came of a mutant once. */
interface Fact {
  readonly evidence: string;
  readonly witness: string;
}

/** Whether a mutant is found out, as far as it is known without looking. */
export type Verdict<M extends Mutant> = { readonly foundBy: Witness<M> } | 'alive' | undefined;

/**
 * What came of each mutant, by the hash of all that this depended on. A fact whose hash is another now is forgotten; one that stands twice,
 * as after a merge, does no harm. A found mutant depends on the one witness that found it out; one that is alive, on all.
 */
export class Memory {
  readonly #facts = new Map<string, Fact[]>();

  /** The lines of memory files, in any order. */
  constructor(lines: Iterable<string> = []) {
    for (const line of lines) {
      const [mutant, evidence, witness] = line.split(' ');
      if (mutant === undefined || evidence === undefined || witness === undefined) continue;
      this.#facts.set(mutant, [...(this.#facts.get(mutant) ?? []), { evidence, witness }]);
    }
  }

  /** What is known of a mutant. */
  recall<M extends Mutant>(mutant: M, witnesses: readonly Witness<M>[]): Verdict<M> {
    for (const { evidence, witness } of this.#facts.get(keyOf(mutant)) ?? []) {
      if (witness === NOBODY) {
        if (evidenceOfAll(mutant, witnesses) === evidence) return 'alive';
        continue;
      }
      const foundBy = witnesses.find(({ title }) => witnessKey(title) === witness);
      if (foundBy !== undefined && evidenceOf(mutant, foundBy) === evidence) return { foundBy };
    }
    return undefined;
  }

  /** Who found the mutant out, or one of its name, when it was last looked for: most likely it does again. */
  likely<M extends Mutant>(mutant: M, witnesses: readonly Witness<M>[]): Witness<M> | undefined {
    const known = (this.#facts.get(keyOf(mutant)) ?? []).map(({ witness }) => witness);
    return witnesses.find(({ title }) => known.includes(witnessKey(title)));
  }
}

/**
 * The line that says what came of a mutant. `foundBy` is undefined for one that is alive. Throws where the witness says nothing of the mutant: what
 * it found out could not be remembered, and each run would ask it again.
 */
export function lineOf<M extends Mutant>(
  mutant: M,
  witnesses: readonly Witness<M>[],
  foundBy: Witness<M> | undefined,
): string {
  if (foundBy === undefined) return [keyOf(mutant), evidenceOfAll(mutant, witnesses), NOBODY].join(' ');
  const evidence = evidenceOf(mutant, foundBy);
  if (evidence === undefined)
    throw new Error(`"${foundBy.title}" has no evidence, and can't have found out ${mutant.title}`);
  return [keyOf(mutant), evidence, witnessKey(foundBy.title)].join(' ');
}

/** The first of the witnesses whose title, or whose short form in the memory, another one has as well. */
export function ambiguous(titles: readonly string[]): string | undefined {
  const keys = titles.map(witnessKey);
  return titles.find((_, i) => keys.indexOf(keys[i]!) !== i);
}

const keyOf = ({ title }: Mutant): string => digest([title], DIGITS.mutant);

const keys = new Map<string, string>();
function witnessKey(title: string): string {
  const key = keys.get(title) ?? digest([title], DIGITS.witness);
  keys.set(title, key);
  return key;
}

const evidenceOf = <M extends Mutant>(mutant: M, witness: Witness<M>): string | undefined => {
  const evidence = witness.evidence(mutant);
  return evidence === undefined
    ? undefined
    : digest([String(HARNESS), mutant.text, evidence], DIGITS.evidence);
};

const evidenceOfAll = <M extends Mutant>(mutant: M, witnesses: readonly Witness<M>[]): string => {
  const parts = witnesses.flatMap((witness) => {
    const evidence = witness.evidence(mutant);
    return evidence === undefined ? [] : [digest([witness.title, evidence])];
  });
  return digest([String(HARNESS), mutant.text, ...parts.sort()], DIGITS.evidence);
};

const FOLDER = new URL('./memory/', import.meta.url);

/** The committed memory; an empty one where nothing was ever written down. */
export const readMemory = (): Memory =>
  new Memory(names().flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').split('\n')));

const names = (): readonly string[] => (existsSync(FOLDER) ? readdirSync(FOLDER) : []);

/** Adds a line to a file, while a hunt goes on: one that is broken off has not been for nothing. */
export function addToMemory(file: string, line: string): void {
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(new URL(`${file}.txt`, FOLDER), `${line}\n`);
}

/** Writes the lines of each of these files anew. */
export function writeMemory(files: ReadonlyMap<string, readonly string[]>): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, lines] of files)
    writeFileSync(new URL(`${name}.txt`, FOLDER), `${[...new Set(lines)].sort().join('\n')}\n`);
}

/** Removes the memory of what is no more: every file but these. */
export function forgetOthers(names: Iterable<string>): void {
  const kept = new Set([...names].map((name) => `${name}.txt`));
  for (const name of readdirSync(FOLDER)) if (!kept.has(name)) rmSync(new URL(name, FOLDER));
}
