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

export const nameOf = (rule: YamlRule): string => rule.alert ?? rule.record!;

/** Every name in an expression: metrics, and also functions, labels and quoted names. */
export const wordsOf = (expr: string): ReadonlySet<string> =>
  new Set(expr.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g));

/** The labels of each rule of an alert, in their order; a critical one may have a second, as a warning, for what must wake nobody. */
export const labelsOf = (alert: string, rules: readonly YamlRule[]) =>
  rules.filter((rule) => rule.alert === alert).map(({ labels = {} }) => labels);
