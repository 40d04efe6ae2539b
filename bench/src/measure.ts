/** Keeps what the measured code computed alive, so that no compiler may leave the work out. */
let kept = 0;
export function keep(value: number): void {
  kept += value;
}

/** What was kept: reading it at the end makes every {@link keep} count. */
export function keptTotal(): number {
  return kept;
}

/** Collects all garbage, so that a measurement does not pay for what came before it. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 3; i++) globalThis.gc();
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One way to do the work: `run` does it once, `prepare` (not measured) comes before each time. */
export interface Contender {
  readonly name: string;
  prepare?(round: number): void;
  run(): void | Promise<void>;
}

/** How long each contender runs before it is measured, so that all are compiled as they are in a process that has run for a while. */
const WARM_UP_MS = 1_500;

/**
 * The median time of each contender in ms, by name, over `rounds`. They take turns in every round, in an order that rotates, so that whatever
 * slows the machine down slows them all.
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Record<string, number>> {
  for (const contender of contenders) {
    const started = performance.now();
    for (let round = 0; performance.now() - started < WARM_UP_MS; round++) await time(contender, round);
  }
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length]!;
      times.get(contender.name)!.push(await time(contender, round));
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]));
}

async function time(contender: Contender, round: number): Promise<number> {
  contender.prepare?.(round);
  const started = performance.now();
  await contender.run();
  return performance.now() - started;
}
