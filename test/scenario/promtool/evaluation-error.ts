/** Rules that Prometheus can read but not evaluate over the series, such as a join with several matches. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  /** The names of the rules. */
  readonly rules: ReadonlySet<string>;

  constructor(errors: readonly (readonly [rule: string, why: string])[]) {
    super(errors.map(([rule, why]) => `${rule}: ${why}`).join('\n'));
    this.rules = new Set(errors.map(([rule]) => rule));
  }

  static throwIfAny(output: string): void {
    const errors = [...output.matchAll(/^\s*rule: (\S+), time: \S+, err: (.*)$/gm)];
    if (errors.length > 0) throw new EvaluationError(errors.map(([, rule, why]) => [rule!, why!]));
  }
}
