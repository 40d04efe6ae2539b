/** The two clocks of the library. Nothing else reads the time, so a test that sets them sets all time. */
export interface Clock {
  /** Wall time, milliseconds since the Unix epoch. May jump; only for timestamps. */
  wallMs(): number;
  /** Monotonic time in milliseconds from an arbitrary start; only for durations. */
  monotonicMs(): number;
}

/**
 * The clocks of the system, whose reading fails nobody: one that throws, or gives what is no number or no date, stands still at its last reading, or at the start of the process. Hosts and their tests
 * replace `Date.now`, and a measurement must not fail with what they put there.
 */
export const systemClock: Clock = {
  wallMs() {
    try {
      keep(0, Date.now());
    } catch {
      // As said above.
    }
    return last[0]!;
  },
  monotonicMs() {
    try {
      keep(1, performance.now());
    } catch {
      // As said above.
    }
    return last[1]!;
  },
};

/** The last readings. A variable would be a new object each time, and so would what a function reads that is handed to another: a clock is read where nothing may be allocated. */
const last = Float64Array.of(performance.timeOrigin, 0);

/** Beyond, `Date` has no text. */
const FURTHEST_MS = 8.64e15;

function keep(which: 0 | 1, now: number): void {
  if (typeof now === 'number' && Math.abs(now) <= FURTHEST_MS) last[which] = now;
}
