import type { Duration } from './duration.ts';

/** A number that an alert compares with: its default, why it is that, and nothing else. A team overrides it by its key. */
export interface Threshold {
  readonly thresholdKey: string;
  /** The default: a plain number, or a time. */
  readonly value: number | Duration;
  /** Why this number: where it comes from, or what it balances. Printed in the docs. */
  readonly reason: string;
}

export function threshold(key: string, value: number | Duration, reason: string): Threshold {
  return Object.freeze({ thresholdKey: key, value, reason });
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
