import { buildRules } from '@sightglass/rules';

/** A rule as Prometheus reads it. */
export interface YamlRule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: { readonly [name: string]: string };
  readonly annotations?: { readonly [name: string]: string };
}

/** A group of rules as Prometheus reads it. */
export interface RuleGroup {
  /** The file without its ending. */
  readonly file: string;
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly YamlRule[];
}

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

const allRules = [...rules, ...sloRules];

export const nameOf = (rule: YamlRule): string => rule.alert ?? rule.record!;

/** The rules of this name; several where one series is recorded with different labels. */
export function rulesNamed(name: string): readonly YamlRule[] {
  const named = allRules.filter((rule) => nameOf(rule) === name);
  if (named.length === 0) throw new Error(`no rule file has a rule ${name}`);
  return named;
}

/** Every name in an expression: metrics, and also functions, labels and quoted names. */
export const wordsOf = (expr: string): ReadonlySet<string> =>
  new Set(expr.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g));

/** What a rule reads of other rules: recorded series and, through `ALERTS`, alerts. May contain itself. */
export function readsOf(rule: YamlRule): string[] {
  const words = wordsOf(rule.expr);
  return [...new Set(allRules.map(nameOf))].filter((name) => words.has(name));
}

/**
 * The names of rules and of all that they read, directly or not, in an order in which they can be evaluated: a group keeps its own, as what stands
 * later in it is read as the evaluation before left it. The hourly copies come last, as what they copy reads them too.
 */
export function closureOf(names: Iterable<string>): string[] {
  const needed = new Set<string>(names);
  for (const name of needed) for (const read of rulesNamed(name).flatMap(readsOf)) needed.add(read);
  const order = new Set<string>();
  const entered = new Set<string>();
  const enter = (current: string): void => {
    if (entered.has(current)) return;
    entered.add(current);
    const [earlier, later] = besideInGroup(current);
    const reads = rulesNamed(current).flatMap(readsOf);
    for (const name of earlier) if (needed.has(name)) enter(name);
    for (const name of reads) if (!later.has(name) && !isCopy(name)) enter(name);
    order.add(current);
  };
  for (const name of needed) enter(name);
  return [...[...order].filter((name) => !isCopy(name)), ...[...order].filter(isCopy)];
}

const isCopy = (name: string): boolean => name.endsWith('_hourly');

/** The rules that stand before the last one of this name in its group, and those behind it. */
function besideInGroup(name: string): readonly [earlier: ReadonlySet<string>, later: ReadonlySet<string>] {
  const names = allGroups.map(({ rules }) => rules.map(nameOf)).find((all) => all.includes(name))!;
  const at = names.lastIndexOf(name);
  return [new Set(names.slice(0, at)), new Set(names.slice(at + 1))];
}
