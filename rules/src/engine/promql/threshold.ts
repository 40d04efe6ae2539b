import { type Duration, days } from './duration.ts';

/** A number that an alert compares with: its default, why it is that, and nothing else. A team overrides it by its key. */
export interface Threshold {
  readonly thresholdKey: string;
  /** The default: a plain number, or a time. */
  readonly value: number | Duration;
  /** Why this number: where it comes from, or what it balances. Printed in the docs. */
  readonly reason: string;
}

/**
 * Declares a threshold. Its kind, and with it what a team may override it with, is told by its default and the end of its key: see {@link overrideProblem}.
 */
export function threshold(key: string, value: number | Duration, reason: string): Threshold {
  return Object.freeze({ thresholdKey: key, value, reason });
}

/** What a value must be beside a number of at least 0, so that what compares with it can fire, and does not fire always. */
interface Bounds {
  readonly holds: (value: number) => boolean;
  readonly sentence: string;
}

const LONGEST = days(366).durationSeconds;

const time: Bounds = {
  holds: (value) => value > 0 && value <= LONGEST,
  sentence: `must be a time in seconds above 0 and of a year at most (${LONGEST})`,
};
const share: Bounds = {
  holds: (value) => value < 1,
  sentence: 'must be below 1: it is a share of the whole, which nothing exceeds',
};
const multiple: Bounds = {
  holds: (value) => value > 0 && value <= 1_000,
  sentence: 'must be above 0 and at most 1000: it is a multiple',
};
const bytes: Bounds = {
  holds: (value) => value > 0 && value <= 2 ** 50,
  sentence: 'must be a size in bytes above 0 and of a PiB at most',
};
const count = (least: number): Bounds => ({
  holds: (value) => Number.isSafeInteger(value) && value >= least && value <= 1_000_000_000,
  sentence: `must be a whole number from ${least}: it is a count`,
});

/**
 * The bounds of a threshold's kind, which its default and the end of its key tell: a time; a share (`_ratio`, `_share`, when the default is below
 * 1); a multiple (`_intervals`, `_freshness`, and a ratio from 1 on); bytes; a count, when the default is a whole number.
 */
function boundsOf({ thresholdKey, value }: Threshold): Bounds | undefined {
  if (typeof value !== 'number') return time;
  const unit = /_(ratio|share|intervals|freshness|bytes)$/.exec(thresholdKey)?.[1];
  if (unit === 'bytes') return bytes;
  if (unit === 'ratio' || unit === 'share') return value < 1 ? share : multiple;
  if (unit !== undefined) return multiple;
  return Number.isInteger(value) ? count(Math.min(value, 1)) : undefined;
}

/** What is wrong with another value for a threshold, as a sentence; undefined when nothing is. */
export function overrideProblem(threshold: Threshold, value: unknown): string | undefined {
  const name = `the threshold "${threshold.thresholdKey}"`;
  if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value))
    return `${name} must be a number of at least 0`;
  const bounds = boundsOf(threshold);
  return bounds === undefined || bounds.holds(value) ? undefined : `${name} ${bounds.sentence}`;
}

/** Other values for some thresholds, by key; times in seconds. */
export type ThresholdOverrides = { readonly [key: string]: number };

/** The number that is rendered: the override where there is one, times in seconds and sped up by `scale`. */
export function thresholdValue(
  { thresholdKey, value }: Threshold,
  overrides: ThresholdOverrides = {},
  scale = 1,
): number {
  const override = overrides[thresholdKey];
  if (typeof value === 'number') return override ?? value;
  return (override ?? value.durationSeconds) / scale;
}
