import { afterAll, expect, test } from 'vitest';
import { scenarioSuites } from '../scenario/mutation/suites.ts';
import { sloSuite } from '../slo/mutation.ts';
import { type Findings, hunt, type Progress } from './hunt.ts';
import { lineOf, readMemory, writeMemory } from './memory.ts';
import type { Mutant, Suite } from './mutant.ts';
import { mistakesOf, openOf, readOpen, summaryOf, writeOpen } from './suite.ts';

/*
 * `pnpm mutants` hunts every mutant from nothing: it trusts no memory, and so holds that the memory is right.
 * `pnpm mutants --update` hunts what is not remembered, as the tests do, writes the memory anew and takes those that are found out from the
 * lists of open mutants. `--all` hunts all for it. `--open` also puts on these lists what nothing finds out.
 */
const options = new Set((process.env.SIGHTGLASS_MUTANTS ?? '').split(' ').filter((option) => option !== ''));
const unknown = [...options].filter((option) => !['--update', '--all', '--open'].includes(option));
if (unknown.length > 0) throw new Error(`usage: pnpm mutants [--update [--all] [--open]], not ${unknown}`);
const writes = options.has('--update');
const trust = writes && !options.has('--all');

const SUITES = 3;
const memory = readMemory();
const files = new Map<string, string[]>();
/** How many suites were hunted to their end. */
let ended = 0;

test('rules and their intervals', async () => {
  const [rules, intervals] = await scenarioSuites();
  const results = [await examine(rules), await examine(intervals)];
  expect(results.flat()).toEqual([]);
});

test('rules of SLOs', async () => {
  expect(await examine(sloSuite())).toEqual([]);
});

afterAll(() => {
  // A hunt that broke off would forget the rest.
  if (writes && ended === SUITES) writeMemory(files);
});

/** Hunts a suite, and writes its list of open mutants when asked to. What is wrong with it, in sentences. */
async function examine<M extends Mutant>(suite: Suite<M>): Promise<string[]> {
  const findings = await hunt(suite.mutants, suite.witnesses, memory, {
    trust,
    onProgress: printer(suite.name),
  });
  console.info(summaryOf(suite, findings));
  remember(suite, findings);
  ended++;
  const open = readOpen(suite.name);
  if (!writes) return mistakesOf(suite, findings, open);
  const now = openOf(suite, findings.alive);
  const list = options.has('--open') ? now : now.filter((title) => open.includes(title));
  writeOpen(suite.name, list);
  return mistakesOf(suite, findings, list);
}

function remember<M extends Mutant>({ mutants, witnesses }: Suite<M>, { found }: Findings<M>): void {
  for (const mutant of mutants) {
    const lines = files.get(mutant.file) ?? [];
    files.set(mutant.file, lines);
    lines.push(lineOf(mutant, witnesses, found.get(mutant)));
  }
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
