/** One moment on both clocks, in milliseconds. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** What a start means to the timetable. Times are wall time in milliseconds. */
export interface Start {
  /** Times that passed before it without a start. */
  readonly passed: readonly number[];
  /** Whether a start was due; false for one more, or for one whose time was given up. */
  readonly due: boolean;
  /** The time that it was meant for, when there is one. */
  readonly scheduledForMs?: number;
  readonly latenessMs?: number;
}

/**
 * How long after its time a start still counts as that start: one minute, or half of the time to the next one where that is shorter.
 * A minute is what Sentry allows a check-in by default (`checkin_margin`), and what a scheduler that looks once a minute needs.
 */
export const TOLERANCE_MS = 60_000;

/** Knows which starts are due. It keeps no clock: each call says what time it is. */
export interface Timetable {
  /** Starts expecting, from now on. */
  begin(now: Instant): void;
  /** When the job should start next; in the past while a start is late. */
  nextMs(now: Instant): number;
  /** The times that have passed without a start, each of them once. */
  passed(now: Instant): readonly number[];
  /** A run starts by the schedule; `scheduledForMs` where the scheduler says what for. */
  start(now: Instant, scheduledForMs?: number): Start;
  /** A run has ended, and none is under way any more. */
  end(now: Instant): void;
  /** How long until `passed` may have something new. */
  untilCheckMs(now: Instant): number;
}

/** Milliseconds of a time that a scheduler gives; undefined for anything else, since plain JavaScript may give anything. */
export function timeOf(date: unknown): number | undefined {
  const ms = date instanceof Date ? date.getTime() : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
}
