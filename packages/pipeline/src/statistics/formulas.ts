/*
 * The formulas of anomalies, each once: what is kept of runs, and the back-test, are made of them. The rules say the same in PromQL (`rules/src/engine/anomalies`); a test holds
 * that both come to the same verdicts.
 */

/** What is usual: where numbers lie, and how far from there. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  /** Of the population, as `stddev_over_time` has it. */
  readonly standardDeviation: number;
  readonly median: number;
  /** The median of how far each lies from the median (MAD). */
  readonly medianAbsoluteDeviation: number;
}

/** MAD of a normal distribution times this is its standard deviation: 1 / Φ⁻¹(3/4) (Rousseeuw and Croux, 1993). */
export const MAD_TO_DEVIATION = 1.4826;

/**
 * Mean and standard deviation, median and MAD of some numbers; all 0 for none. Numbers that are not finite are left out. Never throws.
 * @example
 * statisticsOf([10, 12, 11, 90]).median; // 11.5
 */
export function statisticsOf(values: readonly number[]): Statistics {
  const sorted = Float64Array.from(finite(values)).sort();
  const count = sorted.length;
  if (count === 0) return { count, mean: 0, standardDeviation: 0, median: 0, medianAbsoluteDeviation: 0 };
  // Shifted, so that large numbers that differ little do not lose what they differ by.
  const shift = sorted[0]!;
  const mean = shift + sum(sorted.map((value) => value - shift)) / count;
  const median = middle(sorted);
  return {
    count,
    mean,
    standardDeviation: Math.sqrt(sum(sorted.map((value) => (value - mean) ** 2)) / count),
    median,
    medianAbsoluteDeviation: middle(sorted.map((value) => Math.abs(value - median)).sort()),
  };
}

/** How small a spread may be taken to be. */
export interface Floor {
  /** As a share of what is expected. Smaller changes than a few of these are of no concern, however steady a series is (`ignore_small_changes` of elementary). */
  readonly ratio: number;
  /** In the unit of the numbers themselves. */
  readonly least: number;
}

/** 5 % of what is expected: a flat 10 that becomes 11 is then 2 spreads away, and not infinitely many. */
export const SPREAD_FLOOR_RATIO = 0.05;

/**
 * How many spreads a number lies above what is expected, or with a minus below it: `(value - expected) / max(spread, floor)`. Undefined where the spread is 0: a series that was
 * always 0 says nothing of how much would be unusual. For a z-score `expected` is the mean and `spread` the standard deviation (elementary: sensitivity 3, 7 runs at least); for
 * a robust one the median and MAD times 1.4826. Never throws.
 */
export function anomalyScore(
  value: number,
  expected: number,
  spread: number,
  floor: Floor,
): number | undefined {
  try {
    const { ratio, least } = floor;
    const divisor = Math.max(spread, ratio * Math.abs(expected), least);
    const score = (value - expected) / divisor;
    return divisor > 0 && Number.isFinite(score) ? score : undefined;
  } catch {
    return undefined;
  }
}

const finite = (values: readonly number[]): number[] => {
  try {
    return Array.prototype.filter.call(values, Number.isFinite) as number[];
  } catch {
    return [];
  }
};

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** The median of numbers in their order, at least one. */
function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : sorted[half - 1]! / 2 + sorted[half]! / 2;
}
