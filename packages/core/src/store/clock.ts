/** The two clocks of the library. Nothing else reads the time, so a test that sets them sets all time. */
export interface Clock {
  /** Wall time, milliseconds since the Unix epoch. May jump; only for timestamps. */
  wallMs(): number;
  /** Monotonic time in milliseconds from an arbitrary start; only for durations. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
