import { nameOf, type RuleGroup, wordsOf, type YamlRule } from './rule.ts';

/** Rules that are evaluated together, and what reads what among them. Several may record one series, with different labels. */
export class RuleBook {
  readonly groups: readonly RuleGroup[];
  readonly #named = new Map<string, YamlRule[]>();
  readonly #reads = new Map<YamlRule, readonly string[]>();

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
   * The names of rules and of all that they read, directly or not, in an order in which they can be evaluated. What stands later in the same group
   * is read as the evaluation before left it; the hourly copies come last, as what they copy reads them too.
   */
  closureOf(names: Iterable<string>): string[] {
    const order: string[] = [];
    const entered = new Set<string>();
    const enter = (current: string): void => {
      if (entered.has(current)) return;
      entered.add(current);
      const reads = this.named(current).flatMap((rule) => this.readsOf(rule));
      const later = this.#laterInGroup(current);
      for (const name of reads) if (!later.has(name) && !isCopy(name)) enter(name);
      order.push(current);
      for (const name of reads) enter(name);
    };
    for (const name of names) enter(name);
    return [...order.filter((name) => !isCopy(name)), ...order.filter(isCopy)];
  }

  /** The rules that stand behind the last one of this name in its group. */
  #laterInGroup(name: string): ReadonlySet<string> {
    const names = this.groups.map(({ rules }) => rules.map(nameOf)).find((all) => all.includes(name))!;
    return new Set(names.slice(names.lastIndexOf(name) + 1));
  }
}

const isCopy = (name: string): boolean => name.endsWith('_hourly');
