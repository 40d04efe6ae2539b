import { Cron } from 'croner';
import { longestGapMs } from './longest-gap.ts';
import { zoneOf } from './zone.ts';

/** When a schedule starts its job. Times are milliseconds since the Unix epoch. */
export interface CronSchedule {
  /** The first start after `ms`. */
  next(ms: number): number;
  /** The last start at or before `ms`. */
  latest(ms: number): number;
  /** The longest time that the schedule leaves between two starts, daylight-saving changes included. */
  readonly longestGapMs: number;
}

const DAY = 86_400_000;
const MODE = '5-or-6-parts';
/** What was read is kept for the day, since many jobs share an expression. */
const MOST_KEPT = 2_000;
const schedules = new Map<string, { readonly day: number; readonly schedule: CronSchedule }>();

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
  const key = `${expression.trim()}\n${timezone}`;
  const known = schedules.get(key);
  const day = Math.floor(fromMs / DAY);
  if (known?.day === day) return known.schedule;
  try {
    const times = new CronTimes(expression.trim(), timezone);
    if (times.next(fromMs) === Number.POSITIVE_INFINITY) {
      return `schedule ${JSON.stringify(expression)} names a date that never comes`;
    }
    const schedule = {
      next: (ms: number) => times.next(ms),
      latest: (ms: number) => times.latest(ms),
      longestGapMs: longestGapMs(expression.trim(), timezone, times, fromMs),
    };
    if (schedules.size >= MOST_KEPT) schedules.clear();
    schedules.set(key, { day, schedule });
    return schedule;
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, '');
    return `schedule ${JSON.stringify(expression)} is no cron expression: ${reason}`;
  }
}

/**
 * The starts of an expression in a zone. croner is asked in UTC, which is eight times as fast, wherever the zone is a fixed number of hours from it; and in the zone itself where its
 * clocks change between the two times.
 */
class CronTimes {
  readonly #zone: ReturnType<typeof zoneOf>;
  readonly #inUtc: Cron;
  readonly #inZone: () => Cron;

  constructor(expression: string, timezone: string) {
    this.#zone = zoneOf(timezone);
    this.#inUtc = new Cron(expression, { utcOffset: 0, mode: MODE });
    let cron: Cron | undefined;
    this.#inZone = () => {
      cron ??= new Cron(expression, { timezone, mode: MODE });
      return cron;
    };
  }

  next(ms: number): number {
    const calm = this.#zone.calmAt(ms);
    if (calm !== undefined) {
      const found = timeOf(this.#inUtc.nextRun(new Date(ms + calm.offsetMs)));
      if (found !== undefined && found - calm.offsetMs < calm.untilMs) return found - calm.offsetMs;
    }
    return timeOf(this.#inZone().nextRun(new Date(ms))) ?? Number.POSITIVE_INFINITY;
  }

  latest(ms: number): number {
    // croner leaves out a run at the very time that it is asked for, and knows no parts of a second.
    const second = (Math.floor(ms / 1000) + 1) * 1000;
    const calm = this.#zone.calmAt(ms);
    if (calm !== undefined) {
      const found = timeOf(this.#inUtc.previousRuns(1, new Date(second + calm.offsetMs))[0]);
      if (found !== undefined && found - calm.offsetMs >= calm.fromMs) return found - calm.offsetMs;
    }
    return timeOf(this.#inZone().previousRuns(1, new Date(second))[0]) ?? Number.NEGATIVE_INFINITY;
  }
}

const timeOf = (date: Date | null | undefined): number | undefined => date?.getTime();

/** Whether this machine knows the time zone. */
export function isTimezone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The time zone of the process, which is what schedulers take when none is given. */
export const localTimezone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
