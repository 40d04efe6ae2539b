import { afterAll, expect, test } from 'vitest';
import { hunt, type Progress } from './mutation/hunt.ts';
import { addToMemory, forgetOthers, lineOf, readMemory, writeMemory } from './mutation/memory.ts';
import type { Mutant, Suite, Witness } from './mutation/mutant.ts';
import {
  mistakesOf,
  openOf,
  readOpen,
  summaryOf,
  unproven,
  writeOpen,
  writeWaiting,
} from './mutation/suite.ts';
import { panelStories } from './panels/stories/index.ts';
import { panelSuite } from './panels/suite.ts';
import { type Told, tell } from './panels/told.ts';
import { scenarioSuites } from './scenario/mutation/suites.ts';
import { stories } from './scenario/stories/index.ts';
import { type Played, play } from './scenario/story.ts';
import { sloSuite } from './slo/mutation.ts';

/*
 * `pnpm mutants` hunts every mutant from nothing: it trusts no memory, and so holds that the memory is right.
 * `pnpm mutants --update` hunts what is not remembered, as the tests do, writes the memory anew and takes those that are found out from the
 * lists of open mutants. `--all` hunts all for it. `--open` also puts on these lists what nothing finds out. `--minutes=N` ends each hunt after so
 * long; what it did not come to is put on the lists of those that wait. So is what `--of=PATTERN`, of the titles of mutants, leaves out, and what the
 * witnesses of `--by=PATTERN` do not find out, which is a hunt for new witnesses.
 */
const options = new Set((process.env.SIGHTGLASS_MUTANTS ?? '').split(' ').filter((option) => option !== ''));
const minutes = [...options].flatMap((option) => /^--minutes=(\d+)$/.exec(option)?.[1] ?? []).map(Number)[0];
const [of, by] = ['of', 'by'].map((name) => {
  const pattern = [...options].find((option) => option.startsWith(`--${name}=`));
  return pattern === undefined ? undefined : new RegExp(pattern.slice(name.length + 3));
});
const unknown = [...options].filter((option) => !/^--(update|all|open|minutes=\d+|(of|by)=.+)$/.test(option));
if (unknown.length > 0)
  throw new Error(
    `usage: pnpm mutants [--update [--all] [--open] [--minutes=N] [--of=PATTERN] [--by=PATTERN]], not ${unknown}`,
  );
const writes = options.has('--update');
const trust = writes && !options.has('--all');

const memory = readMemory();
/** The files of the memory that were written. */
const written: string[] = [];
/** How many of the three hunts came to their end. */
let ended = 0;

test('rules and their intervals', async () => {
  const played: Played[] = [];
  for (const story of stories) played.push(await play(story));
  const [rules, intervals] = scenarioSuites(played);
  await examineAll(
    () => examine(rules),
    () => examine(intervals),
  );
});

test('rules of SLOs', () => examineAll(() => examine(sloSuite())));

test('panels', async () => {
  const told: Told[] = [];
  for (const story of panelStories) told.push(await tell(story));
  await examineAll(() => examine(panelSuite(told)));
});

afterAll(() => {
  if (writes && ended === 3) forgetOthers(written);
});

/** Examines suites, writes what is to be remembered, and expects that nothing is wrong with any. */
async function examineAll(...examinations: readonly (() => Promise<Examined>)[]): Promise<void> {
  const all: Examined[] = [];
  for (const examination of examinations) all.push(await examination());
  const files = new Map<string, string[]>();
  for (const { file, line } of all.flatMap(({ lines }) => lines))
    files.set(file, [...(files.get(file) ?? []), line]);
  if (writes) writeMemory(files);
  written.push(...files.keys());
  ended++;
  expect(all.flatMap(({ mistakes }) => mistakes)).toEqual([]);
}

interface Examined {
  readonly mistakes: readonly string[];
  readonly lines: readonly { readonly file: string; readonly line: string }[];
}

/** Hunts a suite, and writes its list of open mutants when asked to. */
async function examine<M extends Mutant>(suite: Suite<M>): Promise<Examined> {
  const endMs = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const findings = await hunt(suite, memory, {
    trust,
    isOver: () => performance.now() >= endMs,
    // A proof is held against every story where nothing is trusted.
    isPostponed: (mutant) => of?.test(mutant.title) === false || (trust && suite.proof(mutant) !== undefined),
    ...(by === undefined ? {} : { isAsked: ({ title }: Witness<M>) => by.test(title) }),
    onProgress: printer(suite.name),
    onFound(mutant, witness) {
      if (writes) addToMemory(mutant.file, lineOf(mutant, suite.witnesses, witness));
    },
  });
  console.info(summaryOf(suite, findings));
  const judged = [...findings.found.keys(), ...findings.alive, ...findings.aliveSpecimens];
  const lines = judged.map((mutant) => ({
    file: mutant.file,
    line: lineOf(mutant, suite.witnesses, findings.found.get(mutant)),
  }));
  const open = readOpen(suite.name);
  if (!writes) return { lines, mistakes: mistakesOf(suite, findings, open) };
  const now = openOf(suite, findings.alive);
  const list = options.has('--open') ? now : now.filter((title) => open.includes(title));
  writeOpen(suite.name, list);
  writeWaiting(suite.name, unproven(suite, findings.waiting));
  return { lines, mistakes: mistakesOf(suite, findings, list) };
}

/** Prints how far a hunt is, no more often than every ten seconds. */
function printer(suite: string): (progress: Progress) => void {
  let printed = performance.now();
  return ({ found, hunted, witness }) => {
    if (performance.now() - printed < 10_000) return;
    printed = performance.now();
    console.info(`${suite}: ${found} of ${hunted} found out, the last by "${witness}"`);
  };
}
