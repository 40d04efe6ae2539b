import { inParallel } from './in-parallel.ts';
import { ambiguous, type Memory } from './memory.ts';
import type { Mutant, Witness } from './mutant.ts';

/** What came of all mutants. */
export interface Findings<M extends Mutant> {
  /** Each mutant that is found out, with one who does it. */
  readonly found: ReadonlyMap<M, Witness<M>>;
  readonly alive: readonly M[];
  /** Those that were not remembered, so that witnesses had to judge them. */
  readonly hunted: readonly M[];
  /** Those that are not remembered and were not hunted either: they wait for a hunt that has the time. */
  readonly waiting: readonly M[];
}

/** How a hunt goes on. */
export interface Progress {
  /** How many of those that are hunted are found out. */
  readonly found: number;
  readonly hunted: number;
  /** What was just done. */
  readonly witness: string;
}

export interface HuntOptions<M extends Mutant> {
  /** Whether what is remembered counts. Without it all mutants are hunted, and memory only says whom to ask first. Default true. */
  readonly trust?: boolean;
  /** Which mutants are left to another hunt, unless they are remembered. Default: none. */
  readonly isPostponed?: (mutant: M) => boolean;
  /** Whether the time is up: what was not judged by then is left to another hunt. Default: never. */
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly onFound?: (mutant: M, witness: Witness<M>) => void;
}

/** What a witness is asked next: of the mutants that are alive by then. */
interface Question<M extends Mutant> {
  readonly witness: Witness<M>;
  readonly mutants: readonly M[];
}

/** Says of each mutant whether a witness finds it out: from memory, or by asking the witnesses until one does. */
export async function hunt<M extends Mutant>(
  mutants: readonly M[],
  witnesses: readonly Witness<M>[],
  memory: Memory,
  { trust = true, isPostponed = () => false, isOver = () => false, onProgress, onFound }: HuntOptions<M> = {},
): Promise<Findings<M>> {
  const twice = ambiguous(witnesses.map(({ title }) => title));
  if (twice !== undefined) throw new Error(`two witnesses are named ${twice}`);
  const found = new Map<M, Witness<M>>();
  const alive = new Set<M>();
  const hunted: M[] = [];
  const waiting: M[] = [];
  for (const mutant of mutants) {
    const verdict = trust ? memory.recall(mutant, witnesses) : undefined;
    if (verdict === undefined) (isPostponed(mutant) ? waiting : hunted).push(mutant);
    else if (verdict === 'alive') alive.add(mutant);
    else found.set(mutant, verdict.foundBy);
  }

  const left = new Set(hunted);
  const asked = new Map<M, Witness<M>>();
  const ask = (questions: readonly Question<M>[]) =>
    inParallel(questions, async ({ witness, mutants: all }, queue) => {
      const open = all.filter((mutant) => left.has(mutant));
      if (open.length === 0 || isOver()) return;
      const { atOnce = open.length } = witness;
      const [now, later] = [open.slice(0, atOnce), open.slice(atOnce)];
      if (later.length > 0) queue.unshift({ witness, mutants: later });
      for (const mutant of await witness.findsOut(now)) {
        left.delete(mutant);
        found.set(mutant, witness);
        onFound?.(mutant, witness);
      }
      onProgress?.({ found: hunted.length - left.size, hunted: hunted.length, witness: witness.title });
    });

  // Whoever found a mutant out the last time, mostly does it again.
  for (const mutant of hunted) {
    const witness = memory.likely(mutant, witnesses);
    if (witness?.evidence(mutant) !== undefined) asked.set(mutant, witness);
  }
  await ask(
    witnesses.map((witness) => ({ witness, mutants: hunted.filter((m) => asked.get(m) === witness) })),
  );
  await ask(
    witnesses.map((witness) => ({
      witness,
      mutants: [...left].filter((m) => asked.get(m) !== witness && witness.evidence(m) !== undefined),
    })),
  );
  // Who has not been asked by all is not known to be alive.
  if (isOver()) return { found, alive: [...alive], hunted, waiting: [...waiting, ...left] };
  return { found, alive: [...alive, ...left], hunted, waiting };
}
