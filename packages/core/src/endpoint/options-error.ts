/** Options that can't work, with every problem they have. A programming error, so it is thrown where the options are given. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
  /** One sentence for each problem. */
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[]) {
    super(
      `${subject} was given options that can't work:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}
