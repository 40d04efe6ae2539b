import { types } from 'node:util';
import type { Clock } from './clock.ts';

/** Starts now. The function that it returns tells `record` how many seconds went by, the first time it is called, and returns them each time. */
export function startTimer(clock: Clock, record: (seconds: number) => void): () => number {
  const startedMs = clock.monotonicMs();
  let seconds: number | undefined;
  return () => {
    if (seconds === undefined) {
      seconds = Math.max(0, clock.monotonicMs() - startedMs) / 1_000;
      record(seconds);
    }
    return seconds;
  };
}

/** Calls `end` when a promise has ended. False where it can't be followed: a subclass may make what it likes of that. */
function follow(promise: Promise<unknown>, end: () => number): boolean {
  try {
    promise.then(end, end);
    return true;
  } catch {
    return false;
  }
}

/** Does the work, and calls `end` when it or the promise that it gives has ended, however. What it gives passes unchanged. */
export function timed<T>(end: () => number, work: () => T): T {
  // Nothing to do is nothing to measure, and no reason to fail.
  if (typeof work !== 'function') return undefined as T;
  let result: T;
  try {
    result = work();
  } catch (error) {
    end();
    throw error;
  }
  // Anything else that has a `then` may only begin to work when that is called, as a query builder does: it is not called twice.
  if (!types.isPromise(result) || !follow(result, end)) end();
  return result;
}
