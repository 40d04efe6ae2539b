import { buildRules } from '@sightglass/rules';
import type { RuleGroup, YamlRule } from '../rules/rule.ts';
import { RuleBook } from '../rules/rule-book.ts';

export { nameOf, type RuleGroup, wordsOf, type YamlRule } from '../rules/rule.ts';

/**
 * All groups of the generated files, without the labels of a scope: the stories are those of one estate, and a mutant of each label in each list
 * would say the same of all. `scope.test.ts` holds that the files differ in these labels alone.
 */
const allGroups: readonly RuleGroup[] = buildRules({ scope: [] })
  .flatMap(({ file, groups }) => groups.map((group) => ({ ...group, file: file.slice(0, -'.yml'.length) })))
  .sort((a, b) => a.file.localeCompare(b.file));

/** The groups of SLOs: their windows are weeks, and `test/slo` tells their stories. */
export const sloGroups: readonly RuleGroup[] = allGroups.filter(({ file }) => file === 'slo');

/** The groups whose stories are told here: those of every other file. */
export const groups: readonly RuleGroup[] = allGroups.filter(({ file }) => file !== 'slo');

export const sloRules: readonly YamlRule[] = sloGroups.flatMap((group) => group.rules);

export const rules: readonly YamlRule[] = groups.flatMap((group) => group.rules);

/** All rules that ship. */
export const shipped = new RuleBook(allGroups);

/** The rules of this name; several where one series is recorded with different labels. */
export const rulesNamed = (name: string): readonly YamlRule[] => shipped.named(name);

/** What a rule reads of other rules: recorded series and, through `ALERTS`, alerts. May contain itself. */
export const readsOf = (rule: YamlRule): readonly string[] => shipped.readsOf(rule);

/** The names of rules and of all that they read, in an order in which they can be evaluated. */
export const closureOf = (names: Iterable<string>): string[] => shipped.closureOf(names);
