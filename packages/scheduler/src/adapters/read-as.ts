import { type Reading, readCron } from '@sightglass/core/authors';
import type { Reader } from '../job/tracker.ts';

/** Reads the schedule of a job as `reading` says, and starts up to `jitterMs` later than it says. */
export function readAs(reading: Reading, jitterMs = 0): Reader {
  return (schedule, timezone, nowMs) => {
    const read = readCron(schedule, timezone, nowMs, reading);
    if (typeof read !== 'string') return { ...read, jitterMs };
    // A day that is never both of what it must be: the scheduler takes the expression, and never starts.
    const never = { next: () => Number.POSITIVE_INFINITY, latest: () => Number.NEGATIVE_INFINITY };
    return { ...never, longestGapMs: Number.NaN };
  };
}
