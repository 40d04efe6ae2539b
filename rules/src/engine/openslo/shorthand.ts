import type { Duration } from '../promql/duration.ts';
import type { Shorthand } from './model.ts';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** A duration as OpenSLO writes it: 90 minutes are `90m`, since it takes one unit only. Throws when it is no number of whole minutes. */
export function shorthand({ durationSeconds }: Duration): Shorthand {
  for (const [unit, size] of UNITS)
    if (durationSeconds >= size && durationSeconds % size === 0) return `${durationSeconds / size}${unit}`;
  throw new RangeError(`OpenSLO has durations of whole minutes, and not of ${durationSeconds} s`);
}
