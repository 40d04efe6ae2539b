/** What ships with one thing changed: a rule, a route, a panel. */
export interface Mutant {
  /** What was changed, and how. No other mutant has the same. */
  readonly title: string;
  /** The file of the memory that it belongs to: that of what was changed. */
  readonly file: string;
  /** What it has become, whole: two mutants with the same text behave the same. */
  readonly text: string;
  /**
   * What is the same for the same change in another rule of the same text but for the names: who is found out of these, finds out all. Undefined
   * for a mutant that must be found out itself.
   */
  readonly kin?: string;
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
  /** Whether it claims something of the very thing that was changed: such are asked first. Default: no. */
  claims?(mutant: M): boolean;
  /** Those of the mutants, of all of which it says something, that it finds out. */
  findsOut(mutants: readonly M[]): Promise<Iterable<M>>;
}

/** Witnesses that are asked side by side, as that takes less time than one after the other. */
export interface Bench<M extends Mutant> {
  readonly witnesses: readonly Witness<M>[];
  /** Of these mutants, who is found out by a claim of the very thing that was changed, and by whom. */
  judge(mutants: readonly M[]): Promise<ReadonlyMap<M, Witness<M>>>;
  /** To which of the other witnesses these mutants make any difference: none else can find them out. */
  notice(mutants: readonly M[]): Promise<ReadonlyMap<M, readonly Witness<M>[]>>;
}

/** Mutants, and all that can find them out. */
export interface Suite<M extends Mutant> {
  /** What its mutants are of. Also the name of its list of open mutants. */
  readonly name: string;
  readonly mutants: readonly M[];
  /** Mutants of specimens of what ships: they need not be found out, and count for their kin among the mutants. Default: none. */
  readonly specimens?: readonly M[];
  readonly witnesses: readonly Witness<M>[];
  /** Those of the witnesses that are asked side by side. Default: none. */
  readonly benches?: readonly Bench<M>[];
  /** The name of the proof that nothing can tell this mutant from the original; undefined when there is none. */
  readonly proof: (mutant: M) => string | undefined;
  /** The names of all proofs, to find those of mutants that are no more. */
  readonly proofs: Iterable<string>;
}
