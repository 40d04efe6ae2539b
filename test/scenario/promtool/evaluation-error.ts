/** What Prometheus says of a join that has several matches, of a result in which labels come twice, or of a series that two rules record. */
const OF_THE_RULE =
  /many-to-many|multiple matches|same labelset|duplicate series|grouping labels must ensure unique|duplicate sample/;

/** Rules that Prometheus can read but not evaluate over the series, because their labels do not fit. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  /** The names of the rules. */
  readonly rules: ReadonlySet<string>;

  constructor(errors: readonly (readonly [rule: string, why: string])[]) {
    super(errors.map(([rule, why]) => `${rule}: ${why}`).join('\n'));
    this.rules = new Set(errors.map(([rule]) => rule));
  }

  /** Throws it for what promtool has printed; and another error for any failure that is not the rule's, such as a query that is too large. */
  static throwIfAny(output: string): void {
    const errors = [...output.matchAll(/^\s*(?:rule: (\S+)|expr: .*), time: \S+, err: (.*)$/gm)];
    if (errors.length === 0) return;
    const foreign = errors.find(([, rule, why]) => rule === undefined || !OF_THE_RULE.test(why!));
    if (foreign !== undefined) throw new Error(`promtool: ${foreign[0].trim().slice(0, 2_000)}`);
    throw new EvaluationError(errors.map(([, rule, why]) => [rule!, why!]));
  }
}
