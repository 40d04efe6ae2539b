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

/** The options of `subject`, each read once. Throws an `OptionsError` for what is no object, or has what can't be read. */
export function readOptions<T extends object>(subject: string, options: T): T {
  try {
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return { ...options };
  } catch {
    // A getter that throws, or a proxy.
  }
  throw new OptionsError(subject, ['the options must be an object that can be read']);
}
