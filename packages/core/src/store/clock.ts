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
  wallMs: steady(() => Date.now(), performance.timeOrigin),
  monotonicMs: steady(() => performance.now(), 0),
};

/** Beyond, `Date` has no text. */
const FURTHEST_MS = 8.64e15;

function steady(read: () => number, first: number): () => number {
  let last = first;
  return () => {
    try {
      const now = read();
      if (typeof now === 'number' && Math.abs(now) <= FURTHEST_MS) last = now;
    } catch {
      // As said above.
    }
    return last;
  };
}
