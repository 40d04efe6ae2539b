import timers from 'node:timers';

/** The clock may be set back: what watches looks at least this often, and a timer takes no more than 24.8 days. */
export const LONGEST_WATCH_MS = 60_000;

const ofNode = {
  set: timers.setTimeout as (look: () => void, ms: number) => NodeJS.Timeout,
  clear: timers.clearTimeout as (timer: NodeJS.Timeout | undefined) => void,
};

/**
 * The timers by which a process looks for starts that do not come, as they were when this was loaded. They go on for ever, so a host's test that stops its timers and runs them all
 * (`vi.runAllTimersAsync`) must not find them among its own. A test of ours puts others in.
 */
export const watchTimers = (): typeof ofNode => ofNode;
