import { EvaluationError } from '../promtool/evaluation-error.ts';
import { closureOf, nameOf, readsOf, rulesNamed, type YamlRule } from '../rules.ts';
import { differences, evaluate } from '../scenarios.ts';
import { type Played, subjectsOf } from '../story.ts';
import type { Mutant } from './mutants.ts';

/**
 * Which of the mutants make a story's claims untrue. All are evaluated in one run of promtool: each is a renamed copy of its rule and of
 * the rules between it and those that the story makes claims of. A mutant that can't be evaluated is found out as well.
 */
export async function killedBy(played: Played, mutants: readonly Mutant[]): Promise<Set<Mutant>> {
  const subjects = subjectsOf(played);
  const names = closureOf(subjects);
  const killed = new Set<Mutant>();
  for (;;) {
    const copies = mutants
      .filter((mutant) => !killed.has(mutant))
      .map((mutant, i) => ({ mutant, suffix: `__${i}`, changed: changedNames(mutant, subjects, names) }));
    if (copies.length === 0) return killed;
    try {
      const rules = [
        ...names.flatMap(rulesNamed),
        ...copies.flatMap(({ mutant, suffix, changed }) => copyOf(mutant, suffix, changed)),
      ];
      const [outcome] = await evaluate(rules, [played]);
      for (const { mutant, suffix, changed } of copies) {
        const nameIn = (rule: string) => (changed.includes(rule) ? rule + suffix : undefined);
        if (differences(played, outcome!, nameIn).length > 0) killed.add(mutant);
      }
      return killed;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      for (const { mutant, suffix, changed } of copies) {
        if (changed.some((name) => error.rules.has(name + suffix))) killed.add(mutant);
      }
    }
  }
}

/** The rules of which a mutant needs a copy: itself, and what reads it up to the claims; itself alone when the story makes claims of it. */
function changedNames(
  { original }: Mutant,
  subjects: ReadonlySet<string>,
  names: readonly string[],
): string[] {
  const changed = [nameOf(original)];
  if (subjects.has(nameOf(original))) return changed;
  for (const name of names) {
    const reads = rulesNamed(name).flatMap(readsOf);
    if (!changed.includes(name) && reads.some((read) => changed.includes(read))) changed.push(name);
  }
  return changed;
}

/** The mutant and what reads it, under names of their own. */
function copyOf({ original, rule }: Mutant, suffix: string, changed: readonly string[]): YamlRule[] {
  const renamed = (expr: string) =>
    expr.replaceAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g, (word) => (changed.includes(word) ? word + suffix : word));
  return changed.flatMap(rulesNamed).map((each) => {
    const { alert, record, expr, annotations: _, ...rest } = each === original ? rule : each;
    return {
      ...rest,
      ...(alert === undefined ? { record: record! + suffix } : { alert: alert + suffix }),
      expr: renamed(expr),
    };
  });
}
