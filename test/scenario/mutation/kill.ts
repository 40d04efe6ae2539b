import { EvaluationError } from '../promtool/evaluation-error.ts';
import { closureOf, nameOf, readsOf, rulesNamed, type YamlRule } from '../rules.ts';
import { differences, evaluate } from '../scenarios.ts';
import type { Played } from '../story.ts';
import type { Mutant } from './mutants.ts';

/**
 * Which of the mutants make a story's claims untrue. All are evaluated in one run of promtool: each is a renamed copy of its rule and of
 * the rules between it and the one that the story is about. A mutant that can't be evaluated is found out as well.
 */
export async function killedBy(played: Played, mutants: readonly Mutant[]): Promise<Set<Mutant>> {
  const subject = played.story.rule;
  const names = closureOf(subject);
  const killed = new Set<Mutant>();
  for (;;) {
    const copies = new Map(
      mutants.filter((mutant) => !killed.has(mutant)).map((mutant, i) => [`__${i}`, mutant]),
    );
    if (copies.size === 0) return killed;
    try {
      const rules = [
        ...names.flatMap(rulesNamed),
        ...[...copies].flatMap(([suffix, mutant]) => copyOf(mutant, suffix, names)),
      ];
      const [outcome] = await evaluate(rules, [played]);
      for (const [suffix, mutant] of copies) {
        if (differences(played, outcome!, subject + suffix).length > 0) killed.add(mutant);
      }
      return killed;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      for (const rule of error.rules) killed.add(copies.get(/__\d+$/.exec(rule)![0])!);
    }
  }
}

/** The mutant and what reads it, directly or not, under names of their own. */
function copyOf({ original, rule }: Mutant, suffix: string, names: readonly string[]): YamlRule[] {
  const changed = new Set([nameOf(original)]);
  for (const name of names) {
    if (rulesNamed(name).some((each) => readsOf(each).some((read) => changed.has(read)))) changed.add(name);
  }
  const renamed = (expr: string) =>
    expr.replaceAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g, (word) => (changed.has(word) ? word + suffix : word));
  return names
    .filter((name) => changed.has(name))
    .flatMap(rulesNamed)
    .map((each) => {
      const { alert, record, expr, annotations: _, ...rest } = each === original ? rule : each;
      return {
        ...rest,
        ...(alert === undefined ? { record: record! + suffix } : { alert: alert + suffix }),
        expr: renamed(expr),
      };
    });
}
