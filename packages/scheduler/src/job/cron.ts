import { Cron } from 'croner';
import { longestGapMs } from './longest-gap.ts';

/** When a schedule starts its job. Times are milliseconds since the Unix epoch. */
export interface CronSchedule {
  /** The first start after `ms`. */
  next(ms: number): number;
  /** The last start at or before `ms`. */
  latest(ms: number): number;
  /** The longest time that the schedule leaves between two starts, daylight-saving changes included. */
  readonly longestGapMs: number;
}

const FIELDS = /^\s*(\S+\s+){4,5}\S+\s*$/;

/**
 * Reads a cron expression of 5 or 6 fields. A time that daylight saving skips or repeats is handled as croner does: a fixed time of day runs once,
 * after the gap when it falls into one; a pattern that repeats within the day skips what does not exist and runs in both passes of what occurs twice.
 * Returns what is wrong, in a sentence, instead of throwing.
 */
export function readCron(expression: string, timezone: string, fromMs: number): CronSchedule | string {
  if (!FIELDS.test(expression)) {
    return `schedule ${JSON.stringify(expression)} must have 5 fields (minute to weekday) or 6 (second to weekday)`;
  }
  try {
    const cron = new Cron(expression.trim(), { timezone, mode: '5-or-6-parts' });
    if (cron.nextRun(new Date(fromMs)) === null) {
      return `schedule ${JSON.stringify(expression)} names a date that never comes`;
    }
    const times = {
      next: (ms: number) => cron.nextRun(new Date(ms))?.getTime() ?? Number.POSITIVE_INFINITY,
      // croner leaves out a run at the very time that it is asked for, and knows no parts of a second.
      latest: (ms: number) =>
        cron.previousRuns(1, new Date((Math.floor(ms / 1000) + 1) * 1000))[0]?.getTime() ??
        Number.NEGATIVE_INFINITY,
    };
    return { ...times, longestGapMs: longestGapMs(expression.trim(), timezone, times, fromMs) };
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, '');
    return `schedule ${JSON.stringify(expression)} is no cron expression: ${reason}`;
  }
}

/** Whether this machine knows the time zone. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The time zone of the process, which is what schedulers take when none is given. */
export const localTimezone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
