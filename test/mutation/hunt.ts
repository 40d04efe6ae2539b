import { inParallel } from '@sightglass/test-tools';
import { ambiguous, type Memory } from './memory.ts';
import type { Bench, Mutant, Suite, Witness } from './mutant.ts';

/** What came of all mutants. */
export interface Findings<M extends Mutant> {
  /** Each mutant that is found out, with one who does it. */
  readonly found: ReadonlyMap<M, Witness<M>>;
  /** Each mutant that is not, with one of its kin that is. */
  readonly byKin: ReadonlyMap<M, M>;
  readonly alive: readonly M[];
  /** The specimens of which nobody and none of whose kin is found out. */
  readonly aliveSpecimens: readonly M[];
  /** Those that were not remembered, so that witnesses had to judge them. */
  readonly hunted: readonly M[];
  /** Those that are not remembered and were not hunted either: they wait for a hunt that has the time. */
  readonly waiting: readonly M[];
}

/** How a hunt goes on. */
export interface Progress {
  /** How many of those that are hunted are found out, they or one of their kin. */
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
  /** Which witnesses are asked; what none of these finds out is left to another hunt. Default: all. */
  readonly isAsked?: (witness: Witness<M>) => boolean;
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

/** Says of each mutant whether a witness finds it or one of its kin out: from memory, or by asking the witnesses until one does. */
export async function hunt<M extends Mutant>(
  {
    mutants,
    specimens = [],
    witnesses,
    benches = [],
  }: Pick<Suite<M>, 'mutants' | 'specimens' | 'witnesses' | 'benches'>,
  memory: Memory,
  {
    trust = true,
    isPostponed = () => false,
    isAsked,
    isOver = () => false,
    onProgress,
    onFound,
  }: HuntOptions<M> = {},
): Promise<Findings<M>> {
  const twice = ambiguous(witnesses.map(({ title }) => title));
  if (twice !== undefined) throw new Error(`two witnesses are named ${twice}`);
  const found = new Map<M, Witness<M>>();
  /** The first of each kin that is found out. */
  const ofKin = new Map<string, M>();
  const isFound = (mutant: M, witness: Witness<M>) => {
    found.set(mutant, witness);
    if (mutant.kin !== undefined && !ofKin.has(mutant.kin)) ofKin.set(mutant.kin, mutant);
  };
  const known = new Set<M>();
  for (const mutant of [...specimens, ...mutants]) {
    const verdict = trust ? memory.recall(mutant, witnesses) : undefined;
    if (verdict === undefined) continue;
    known.add(mutant);
    if (verdict !== 'alive') isFound(mutant, verdict.foundBy);
  }
  const isKinFound = ({ kin }: M) => kin !== undefined && ofKin.has(kin);
  const isHunted = (mutant: M) => !known.has(mutant) && !isKinFound(mutant);
  const own = mutants.filter((mutant) => isHunted(mutant) && !isPostponed(mutant));
  const ofOwn = new Set(own.map(({ kin }) => kin));
  const ofSpecimens = new Set(specimens);
  const hunted = [...specimens.filter((each) => isHunted(each) && ofOwn.has(each.kin)), ...own];

  const left = new Set(hunted);
  const isOpen = (mutant: M) => left.has(mutant) && !isKinFound(mutant);
  const tell = (mutant: M, witness: Witness<M>) => {
    left.delete(mutant);
    isFound(mutant, witness);
    onFound?.(mutant, witness);
  };
  const progress = (what: string) =>
    onProgress?.({
      found: hunted.length - hunted.filter(isOpen).length,
      hunted: hunted.length,
      witness: what,
    });

  const askOne = async (witness: Witness<M>, mutants: readonly M[]) => {
    let open = mutants.filter(isOpen);
    while (open.length > 0 && !isOver()) {
      const [now, later] = some(open, witness.atOnce);
      for (const mutant of await witness.findsOut(now)) tell(mutant, witness);
      progress(witness.title);
      open = later.filter(isOpen);
    }
  };
  const ask = (questions: readonly Question<M>[]) =>
    inParallel(questions, ({ witness, mutants }) => askOne(witness, mutants));
  const askBenches = (
    pursued: readonly M[],
    isOne: (mutant: M, witness: Witness<M>) => boolean,
    question: (bench: Bench<M>, mutants: readonly M[]) => Promise<void>,
  ) =>
    inParallel(benches, async (bench) => {
      if (!bench.witnesses.every((each) => asking.includes(each))) return;
      let open = pursued.filter(
        (mutant) => isOpen(mutant) && bench.witnesses.some((each) => isOne(mutant, each)),
      );
      while (open.length > 0 && !isOver()) {
        const [now, later] = some(open);
        await question(bench, now);
        progress(bench.witnesses[0]!.title);
        open = later.filter(isOpen);
      }
    });

  const asking = isAsked === undefined ? witnesses : witnesses.filter(isAsked);
  const asked = new Map<M, Witness<M>>();
  const onBench = new Set(benches.flatMap((bench) => bench.witnesses));
  const claims = (mutant: M, witness: Witness<M>) => witness.claims?.(mutant) === true;
  const isNew = (mutant: M, witness: Witness<M>) =>
    asked.get(mutant) !== witness && witness.evidence(mutant) !== undefined;
  const pursue = async (pursued: readonly M[]) => {
    const askAll = (isOne: (mutant: M, witness: Witness<M>) => boolean) =>
      ask(asking.map((witness) => ({ witness, mutants: pursued.filter((each) => isOne(each, witness)) })));
    // Whoever found a mutant out the last time, mostly does it again.
    for (const mutant of pursued) {
      const witness = memory.likely(mutant, asking);
      if (witness?.evidence(mutant) !== undefined) asked.set(mutant, witness);
    }
    await askAll((mutant, witness) => asked.get(mutant) === witness);
    await askBenches(pursued, claims, async (bench, mutants) => {
      for (const [mutant, witness] of await bench.judge(mutants)) tell(mutant, witness);
    });
    const isBehind = (mutant: M, witness: Witness<M>) => isNew(mutant, witness) && !claims(mutant, witness);
    await askBenches(pursued, isBehind, async (bench, mutants) => {
      const noticed = await bench.notice(mutants);
      for (const witness of bench.witnesses) {
        const open = [...noticed].filter(
          ([mutant, by]) => isOpen(mutant) && by.includes(witness) && isBehind(mutant, witness),
        );
        await askOne(
          witness,
          open.map(([mutant]) => mutant),
        );
      }
    });
    await askAll((mutant, witness) => !onBench.has(witness) && isNew(mutant, witness));
  };
  await pursue(hunted.filter((mutant) => ofSpecimens.has(mutant)));
  const hasAskedAll = () => isAsked === undefined && !isOver();
  const hasAskedOfSpecimens = hasAskedAll();
  await pursue(hunted.filter((mutant) => !ofSpecimens.has(mutant)));

  const byKin = new Map<M, M>();
  const alive: M[] = [];
  const waiting: M[] = [];
  for (const mutant of mutants) {
    if (found.has(mutant)) continue;
    const kin = mutant.kin === undefined ? undefined : ofKin.get(mutant.kin);
    if (kin !== undefined) byKin.set(mutant, kin);
    // Who has not been asked by all is not known to be alive.
    else if (known.has(mutant) || (left.has(mutant) && hasAskedAll())) alive.push(mutant);
    else waiting.push(mutant);
  }
  const aliveSpecimens = specimens.filter(
    (each) =>
      !found.has(each) && !isKinFound(each) && (known.has(each) || (left.has(each) && hasAskedOfSpecimens)),
  );
  return { found, byKin, alive, aliveSpecimens, hunted, waiting };
}

/** So many mutants at most, no two of one kin, and the others. */
function some<M extends Mutant>(
  mutants: readonly M[],
  atOnce = mutants.length,
): readonly [now: readonly M[], later: readonly M[]] {
  const kins = new Set<string>();
  const now: M[] = [];
  const later: M[] = [];
  for (const mutant of mutants) {
    const isFirst = mutant.kin === undefined || !kins.has(mutant.kin);
    if (!isFirst || now.length === atOnce) later.push(mutant);
    else now.push(mutant);
    if (mutant.kin !== undefined) kins.add(mutant.kin);
  }
  return [now, later];
}
