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
  if (findings.hunted.length > 0) {
    console.info('To remember what was hunted, run `pnpm mutants --update` and commit test/mutation.');
  }
  expect(mistakesOf(suite, findings, readOpen(suite.name), waiting)).toEqual([]);
}

/** A proof that is looked for once: whether there is one is asked again and again. */
function once<M extends Mutant>(proof: (mutant: M) => string | undefined): (mutant: M) => string | undefined {
  const known = new Map<M, string | undefined>();
  return (mutant) => {
    if (!known.has(mutant)) known.set(mutant, proof(mutant));
    return known.get(mutant);
  };
}
