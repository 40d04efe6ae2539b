/** Why a measurement was not recorded as given. */
export type LossReason = 'not_a_number' | 'not_finite' | 'negative' | 'bad_label';

/**
 * Where cells and instruments report what they could not keep. The store turns it into
 * `sightglass_measurements_dropped_total` and `sightglass_measurements_overflowed_total`, and warns once for each metric and reason.
 */
export interface Losses {
  /** `what` says in words what was wrong, and is asked only where that is said: the first time. */
  dropped(metric: string, reason: LossReason, what?: () => string): void;
  overflowed(metric: string): void;
}

/** The reason why a value that failed a cell's check failed it. */
export function reasonOf(value: unknown): LossReason {
  if (typeof value !== 'number' || Number.isNaN(value)) return 'not_a_number';
  return Number.isFinite(value) ? 'negative' : 'not_finite';
}
