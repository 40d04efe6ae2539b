import { nameOf, type RuleGroup, wordsOf, type YamlRule } from './rule.ts';

/** Rules that are evaluated together, and what reads what among them. Several may record one series, with different labels. */
export class RuleBook {
  readonly groups: readonly RuleGroup[];
  readonly #named = new Map<string, YamlRule[]>();
  readonly #reads = new Map<YamlRule, readonly string[]>();
  #order: readonly YamlRule[] | undefined;

  constructor(groups: readonly RuleGroup[]) {
    this.groups = groups;
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      const named = this.#named.get(nameOf(rule));
      if (named === undefined) this.#named.set(nameOf(rule), [rule]);
      else named.push(rule);
    }
  }

  /** Those of the rules alone of which this is true. */
  only(isKept: (rule: YamlRule) => boolean): RuleBook {
    return new RuleBook(this.groups.map((group) => ({ ...group, rules: group.rules.filter(isKept) })));
  }

  /** The rules of this name. */
  named(name: string): readonly YamlRule[] {
    const named = this.#named.get(name);
    if (named === undefined) throw new Error(`no rule is named ${name}`);
    return named;
  }

  /** What a rule reads of other rules: recorded series and, through `ALERTS`, alerts. May contain itself. */
  readsOf(rule: YamlRule): readonly string[] {
    const known = this.#reads.get(rule);
    if (known !== undefined) return known;
    const words = wordsOf(rule.expr);
    const reads = [...this.#named.keys()].filter((name) => words.has(name));
    this.#reads.set(rule, reads);
    return reads;
  }

  /**
   * The names of rules and of all that they read, directly or not, in an order in which they can be evaluated: a group keeps its own, as what stands
   * later in it is read as the evaluation before left it. The hourly copies come last, as what they copy reads them too.
   */
  closureOf(names: Iterable<string>): string[] {
    const needed = new Set<string>(names);
    const readBy = (name: string) => this.named(name).flatMap((rule) => this.readsOf(rule));
    for (const name of needed) for (const read of readBy(name)) needed.add(read);
    const order = new Set<string>();
    const entered = new Set<string>();
    const enter = (current: string): void => {
      if (entered.has(current)) return;
      entered.add(current);
      const [earlier, later] = this.#besideInGroup(current);
      for (const name of earlier) if (needed.has(name)) enter(name);
      for (const name of readBy(current)) if (!later.has(name) && !isCopy(name)) enter(name);
      order.add(current);
    };
    for (const name of needed) enter(name);
    return [...[...order].filter((name) => !isCopy(name)), ...[...order].filter(isCopy)];
  }

  /** The rules that stand before the last one of this name in its group, and those behind it. */
  #besideInGroup(name: string): readonly [earlier: ReadonlySet<string>, later: ReadonlySet<string>] {
    const names = this.groups.map(({ rules }) => rules.map(nameOf)).find((all) => all.includes(name))!;
    const at = names.lastIndexOf(name);
    return [new Set(names.slice(0, at)), new Set(names.slice(at + 1))];
  }

  /** The rules of these names, rule by rule in an order in which they can be evaluated: each group in its own, behind what it reads of others. */
  rulesOf(names: Iterable<string>): readonly YamlRule[] {
    const wanted = new Set(names);
    this.#order ??= this.#ordered();
    return this.#order.filter((rule) => wanted.has(nameOf(rule)));
  }

  #ordered(): readonly YamlRule[] {
    const order = new Set<YamlRule>();
    const entered = new Set<YamlRule>();
    const groupOf = new Map(this.groups.flatMap(({ rules }) => rules.map((rule) => [rule, rules] as const)));
    const enter = (current: YamlRule): void => {
      if (entered.has(current)) return;
      entered.add(current);
      const group = groupOf.get(current)!;
      for (const rule of group.slice(0, group.indexOf(current))) enter(rule);
      for (const read of this.readsOf(current))
        if (!isCopy(read)) for (const rule of this.named(read)) if (groupOf.get(rule) !== group) enter(rule);
      order.add(current);
    };
    for (const rule of groupOf.keys()) enter(rule);
    const all = [...order];
    return [...all.filter((rule) => !isCopy(nameOf(rule))), ...all.filter((rule) => isCopy(nameOf(rule)))];
  }
}

const isCopy = (name: string): boolean => name.endsWith('_hourly');
