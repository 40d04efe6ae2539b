import timers from 'node:timers';

/**
 * The timers of what goes on until it is ended, as they were when this was loaded. A host's test that stops its timers and runs them all (`vi.runAllTimersAsync`) must not find such
 * a one among its own, since it would never have run them all.
 */
export const lastingTimers = {
  setTimeout: timers.setTimeout as (work: () => void, ms: number) => NodeJS.Timeout,
  clearTimeout: timers.clearTimeout as (timer: NodeJS.Timeout | undefined) => void,
  setInterval: timers.setInterval as (work: () => void, ms: number) => NodeJS.Timeout,
  clearInterval: timers.clearInterval as (timer: NodeJS.Timeout | undefined) => void,
};

/** A timer that keeps no process alive. The host's may be of another make, whose timers are numbers: a simulated browser. */
export function unheld(timer: NodeJS.Timeout): NodeJS.Timeout {
  if (typeof timer?.unref === 'function') timer.unref();
  return timer;
}
