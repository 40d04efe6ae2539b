/** A point in time: a `Date`, or a number of Unix seconds. A number of milliseconds is recognised as a mistake, dropped and counted. */
export type Time = Date | number;

/** Unix seconds beyond the year 5138: milliseconds of our own time. */
const LATEST_SECONDS = 100_000_000_000;

/** Unix seconds, or NaN for what is no time (which a gauge drops and counts). */
export function toUnixSeconds(time: unknown): number {
  if (time instanceof Date) return time.getTime() / 1000;
  return typeof time === 'number' && Math.abs(time) < LATEST_SECONDS ? time : Number.NaN;
}
