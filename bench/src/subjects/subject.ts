import type { Call } from '../inputs.ts';

/** One library under test, with a registry of its own that holds the counter and the histogram of the workload. */
export interface Subject {
  /** Records the calls, one by one, in both metrics. Each subject has its own loop, as each host has its own code. */
  record(calls: readonly Call[]): void;
  /** Records the calls in the histogram alone. */
  observe(calls: readonly Call[]): void;
  /** Renders all series in the text format to the bytes that a server sends. Resolves to their number. */
  render(): Promise<number>;
}

/** Makes a fresh subject that takes up to `labelSets` sets of labels. */
export interface SubjectKind {
  readonly name: string;
  create(labelSets: number): Subject;
}
