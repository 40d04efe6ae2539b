import { appendFileSync } from 'node:fs';
import { askedAnew } from '@sightglass/test-tools/asked-anew';
import { expect } from 'vitest';
import { hunt } from './hunt.ts';
import { readMemory } from './memory.ts';
import type { Mutant, Suite } from './mutant.ts';
import { isOneOf, mistakesOf, readOpen, readWaiting, summaryOf } from './suite.ts';

/**
 * Expects that every mutant of a suite is found out, proven equal or known to be open. Only what is not remembered is hunted, and of that not what is
 * proven equal: `pnpm mutants` holds all stories against each proof.
 */
export async function expectFoundOut<M extends Mutant>(given: Suite<M>): Promise<void> {
  const suite = { ...given, proof: once(given.proof) };
  const waiting = readWaiting(suite.name);
  const waits = isOneOf(waiting);
  const findings = await hunt(suite, readMemory(), {
    isPostponed: (mutant) => waits(mutant) || suite.proof(mutant) !== undefined,
  });
  console.info(summaryOf(suite, findings));
  tellOfHunt(suite.name, findings.hunted);
  expect(mistakesOf(suite, findings, readOpen(suite.name), waiting)).toEqual([]);
}

/** Says at the end of the run, which prints no more of a test that passes, what was hunted: the first few of them by name. */
function tellOfHunt(suite: string, hunted: readonly Mutant[]): void {
  const file = askedAnew();
  if (hunted.length === 0 || file === undefined) return;
  const named = hunted.slice(0, 5).map(({ title }) => `  ${title}\n`);
  appendFileSync(file, `mutants of ${suite}: ${hunted.length}\n${named.join('')}`);
}

/** A proof that is looked for once: whether there is one is asked again and again. */
function once<M extends Mutant>(proof: (mutant: M) => string | undefined): (mutant: M) => string | undefined {
  const known = new Map<M, string | undefined>();
  return (mutant) => {
    if (!known.has(mutant)) known.set(mutant, proof(mutant));
    return known.get(mutant);
  };
}
