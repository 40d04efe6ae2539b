/** What ships with one thing changed: a rule, a route, a panel. */
export interface Mutant {
  /** What was changed, and how. No other mutant has the same. */
  readonly title: string;
  /** The file of the memory that it belongs to: that of what was changed. */
  readonly file: string;
  /** What it has become, whole: two mutants with the same text behave the same. */
  readonly text: string;
}

/** A test that can find mutants out, such as a story whose claims a mutant makes untrue. */
export interface Witness<M extends Mutant> {
  /** No other witness of the suite has the same. */
  readonly title: string;
  /** How many mutants it judges at once. Default: any number. */
  readonly atOnce?: number;
  /**
   * All that its verdict on the mutant depends on besides the mutant's own text, and nothing else: what it reads, what happens and what it
   * claims. Undefined when it says nothing of the mutant.
   */
  evidence(mutant: M): string | undefined;
  /** Those of the mutants, of all of which it says something, that it finds out. */
  findsOut(mutants: readonly M[]): Promise<Iterable<M>>;
}

/** Mutants, and all that can find them out. */
export interface Suite<M extends Mutant> {
  /** What its mutants are of. Also the name of its list of open mutants. */
  readonly name: string;
  readonly mutants: readonly M[];
  readonly witnesses: readonly Witness<M>[];
  /** The name of the proof that nothing can tell this mutant from the original; undefined when there is none. */
  readonly proof: (mutant: M) => string | undefined;
  /** The names of all proofs, to find those of mutants that are no more. */
  readonly proofs: Iterable<string>;
}
