import { DeclarationError } from '@sightglass/core';
import type { Slo, SloOptions } from './model.ts';
import { BUDGET_POLICY } from './policy.ts';
import { problemsOf } from './problems.ts';

/**
 * Declares an SLO. Throws a `DeclarationError` that lists everything wrong with it, such as an alert that could never fire, and what to change.
 */
export function slo(options: SloOptions): Slo {
  const declared: Slo = {
    policy: BUDGET_POLICY,
    dependency: false,
    pages: true,
    explainedBy: [],
    ...options,
  };
  const problems = problemsOf(declared);
  if (problems.length > 0) throw new DeclarationError(`The SLO ${JSON.stringify(options?.name)}`, problems);
  return Object.freeze(declared);
}
