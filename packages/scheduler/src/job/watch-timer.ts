import timers from 'node:timers';

/**
 * The timers by which a process looks for starts that do not come, as they were when this was loaded. They go on for ever, so a host's test that stops its timers and runs them all
 * (`vi.runAllTimersAsync`) must not find them among its own. A test of ours puts others in.
 */
export const watchTimer = {
  set: timers.setTimeout as (look: () => void, ms: number) => NodeJS.Timeout,
  clear: timers.clearTimeout as (timer: NodeJS.Timeout | undefined) => void,
};
