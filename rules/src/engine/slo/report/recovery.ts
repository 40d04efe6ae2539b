import type { Line } from './prometheus.ts';

/** A time in which more was bad than the objective allows. */
export interface Violation {
  /** Unix seconds: the end of the last time that was well before it. */
  readonly start: number;
  /** When it was well again: how long it took is the time to recovery. Undefined while it is not. */
  readonly end: number | undefined;
}

type Points = Line['points'];

/**
 * The violations in what was counted, step by step: each begins with the first step in which a larger share was bad than the objective allows, and ends with the next in which something
 * happened and no more was bad than it does. A step in which nothing happened says nothing.
 */
export function violationsIn(events: Points, bad: Points, objective: number): readonly Violation[] {
  const badAt = new Map(bad.map(({ time, value }) => [time, value]));
  const found: Violation[] = [];
  let open: number | undefined;
  events.slice(1).forEach(({ time, value }, i) => {
    const before = events[i]!;
    const happened = value - before.value;
    if (happened <= 0) return;
    const failed = (badAt.get(time) ?? 0) - (badAt.get(before.time) ?? 0);
    // What is computed from differences is a little off.
    const isBad = failed / happened > 1 - objective + 1e-9;
    if (isBad) open ??= before.time;
    else if (open !== undefined) {
      found.push({ start: open, end: time });
      open = undefined;
    }
  });
  return open === undefined ? found : [...found, { start: open, end: undefined }];
}

/** How long recovery took, in seconds: of those that are over, on average and at longest. Undefined when none is. */
export function recoveryOf(
  violations: readonly Violation[],
): { readonly mean: number; readonly longest: number } | undefined {
  const times = violations.flatMap(({ start, end }) => (end === undefined ? [] : [end - start]));
  if (times.length === 0) return undefined;
  return { mean: times.reduce((sum, each) => sum + each, 0) / times.length, longest: Math.max(...times) };
}
