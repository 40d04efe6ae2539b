import type { RuleMutant } from '../../mutation/rules/mutants.ts';
import type { YamlRule } from '../../rules/rule.ts';
import type { RuleBook } from '../../rules/rule-book.ts';
import type { Played } from '../story.ts';
import { seriesName } from '../world/series-history.ts';

/*
 * Many mutants are evaluated in one run of promtool, beside the rules: each is a renamed copy of its rule and of those that read it.
 */

/**
 * The rules of which a mutant needs a copy, in their order: itself, and what reads it up to the claims; itself alone when the story makes claims of
 * it.
 */
export function changedNames(
  name: string,
  subjects: ReadonlySet<string>,
  names: readonly string[],
  book: RuleBook,
): string[] {
  if (subjects.has(name)) return [name];
  const changed = new Set([name]);
  for (let size = 0; size < changed.size; ) {
    size = changed.size;
    for (const each of names)
      if (book.named(each).some((rule) => book.readsOf(rule).some((read) => changed.has(read))))
        changed.add(each);
  }
  return names.filter((each) => changed.has(each));
}

/** Copies of rules, by the rule that each is one of. */
export type Copies = ReadonlyMap<YamlRule, YamlRule>;

/** The mutant and what reads it, under names of their own. */
export function copyOf(
  { original, rule }: RuleMutant,
  suffix: string,
  changed: readonly string[],
  book: RuleBook,
): Copies {
  const renamed = (expr: string) =>
    expr.replaceAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g, (word) => (changed.includes(word) ? word + suffix : word));
  return new Map(
    book.rulesOf(changed).map((each) => {
      const { alert, record, expr, annotations: _, ...rest } = each === original ? rule : each;
      const name = alert === undefined ? { record: record! + suffix } : { alert: alert + suffix };
      return [each, { ...rest, ...name, expr: renamed(expr) }];
    }),
  );
}

/**
 * Rules with the copies of each right behind it: what stands later in its group is read as the evaluation before left it, by a copy as by the
 * rule.
 */
export const besideCopies = (rules: readonly YamlRule[], copies: readonly Copies[]): YamlRule[] =>
  rules.flatMap((rule) => [rule, ...copies.flatMap((each) => each.get(rule) ?? [])]);

/** The rules of these mutants as mutants that change nothing: whoever finds one out is no witness of anything. */
export const unchanged = (mutants: readonly RuleMutant[]): RuleMutant[] =>
  [...new Map(mutants.map((mutant) => [mutant.original, mutant])).values()].map((mutant) => ({
    ...mutant,
    title: `${mutant.title}, without this change`,
    rule: mutant.original,
  }));

/** A story that tells itself of series that are changed: it tells the same under the names of the copies. */
export function withCopies(
  played: Played,
  copies: readonly { readonly suffix: string; readonly changed: readonly string[] }[],
): Played {
  const told = copies.flatMap(({ suffix, changed }) =>
    played.series
      .filter((each) => changed.includes(seriesName(each)))
      .map((each) => ({ ...each, series: each.series.replace('{', `${suffix}{`) })),
  );
  return told.length === 0 ? played : { ...played, series: [...played.series, ...told] };
}

/**
 * What of the mutants is found, asked of fewer at a time where promtool has too many samples of all; of one that reads too many alone, stories say
 * nothing.
 */
export async function inParts<T>(
  mutants: readonly RuleMutant[],
  found: (mutants: readonly RuleMutant[]) => Promise<Iterable<T>>,
): Promise<T[]> {
  try {
    return [...(await found(mutants))];
  } catch (error) {
    if (!/too many samples/.test(String(error))) throw error;
    if (mutants.length === 1) return [];
    const half = Math.ceil(mutants.length / 2);
    return [
      ...(await inParts(mutants.slice(0, half), found)),
      ...(await inParts(mutants.slice(half), found)),
    ];
  }
}
