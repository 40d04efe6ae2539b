/** What every subject is asked to do: the same calls on the same names, labels and numbers. */

/** Upper bounds of the histogram's 8 buckets, in seconds: those of an offload. */
export const BUCKETS = [1, 5, 10, 30, 60, 120, 300, 600];
export const COUNTER = 'offload_rows_total';
export const HISTOGRAM = 'offload_duration_seconds';
/** The lines of one label set: a counter's, and a histogram's 8 buckets, +Inf, sum and count. */
export const SERIES_PER_LABEL_SET = 12;

/** The argument of a helper call: the labels among what else there is to say. */
export interface Call {
  readonly table: string;
  readonly layer: string;
  readonly rows: number;
  readonly durationSeconds: number;
}

/** Pseudo-random numbers from 0 to 1, the same in every run (a linear congruential generator, Numerical Recipes' constants). */
export function randomNumbers(count: number): Float64Array {
  let state = 42;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** `count` calls over `labelSets` sets of two labels, with durations that fall into every bucket. Each name exists once, as in a host. */
export function calls(count: number, labelSets: number): Call[] {
  const random = randomNumbers(count);
  const tables = Array.from({ length: labelSets }, (_, i) => `table_${i}`);
  return Array.from({ length: count }, (_, i) => ({
    table: tables[i % labelSets]!,
    layer: (i % labelSets) % 2 === 0 ? 'bronze' : 'silver',
    rows: Math.floor(random[i]! * 100_000),
    durationSeconds: Math.exp(random[i]! * 7),
  }));
}
