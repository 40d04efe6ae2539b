import { quietly, unknownNames } from '../base/index.ts';

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

/** The options of `subject`, each read once. Throws an `OptionsError` for what is no object, or has what can't be read, or is not among `known`. */
export function readOptions<T extends object>(subject: string, options: T, known?: readonly string[]): T {
  const read = quietly(() =>
    typeof options === 'object' && options !== null && !Array.isArray(options) ? { ...options } : undefined,
  );
  if (read === undefined) throw new OptionsError(subject, ['the options must be an object that can be read']);
  const problems = known === undefined ? [] : unknownNames(read, known);
  if (problems.length > 0) throw new OptionsError(subject, problems);
  return read;
}
