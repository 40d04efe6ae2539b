import { processStore, systemClock } from '../store/index.ts';

/** The hands of a clock that stands still. */
export interface FakeClock {
  /** Moves wall and monotonic time on together. Throws a `RangeError` for a negative or non-finite number of seconds. */
  advance(seconds: number): void;
  /** Gives the process its real clocks back. */
  restore(): void;
}

/**
 * Stops the time of everything that this library measures or stamps, at `startMs` (milliseconds since the Unix epoch; default: now),
 * until `restore`. Timers of Node are not touched: a time limit on a health check or a reading still takes real time.
 */
export function fakeClock(startMs: number = systemClock.wallMs()): FakeClock {
  let elapsedMs = 0;
  const store = processStore();
  store.setClock({ wallMs: () => startMs + elapsedMs, monotonicMs: () => elapsedMs });
  return {
    advance(seconds) {
      if (!(Number.isFinite(seconds) && seconds >= 0)) {
        throw new RangeError(`A clock can't be advanced by ${seconds} seconds.`);
      }
      elapsedMs += seconds * 1000;
    },
    restore: () => store.setClock(systemClock),
  };
}
