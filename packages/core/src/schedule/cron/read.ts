import { type CronFields, NoExpression, readExpression } from './expression.ts';
import { longestGapMs } from './longest-gap.ts';
import { COMMON, type Reading } from './reading.ts';
import { CronTimes } from './times.ts';
import { type Zone, zoneOf } from './zone.ts';

/** When a schedule starts its job. Times are milliseconds since the Unix epoch. */
export interface CronSchedule {
  /** The first start after `ms`; infinite when none comes. */
  next(ms: number): number;
  /** The last start at or before `ms`; infinitely long ago when none has come. */
  latest(ms: number): number;
  /** The longest time that the schedule leaves between two starts, daylight-saving changes included. */
  readonly longestGapMs: number;
  /** How much later than its time the scheduler may start it on purpose. Default 0. */
  readonly jitterMs?: number;
}

const DAY = 86_400_000;
/** The year 9999. */
const LAST_MS = 253_370_764_800_000;
/** What was read is kept for the day, since many jobs share an expression. */
const MOST_KEPT = 2_000;
const schedules = new Map<string, { readonly day: number; readonly schedule: CronSchedule }>();

/** A moment, as croner takes one for a single start: without an offset it is local time. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Reads a schedule: a cron expression of 5 to 7 fields, a nickname such as `@daily`, or one moment in ISO form. Where schedulers differ, `reading` says how it is meant.
 * Returns what is wrong, in a sentence, instead of throwing.
 */
export function readCron(
  expression: string,
  timezone: string,
  fromMs: number,
  reading: Reading = COMMON,
): CronSchedule | string {
  const text = expression.trim();
  const key = JSON.stringify([text, timezone, reading]);
  const known = schedules.get(key);
  const day = Math.floor(fromMs / DAY);
  if (known?.day === day) return known.schedule;
  try {
    const zone = zoneOf(timezone);
    const fields = momentOf(text, zone) ?? readExpression(text, reading.lastWeekday);
    const times = new CronTimes(fields, zone, reading);
    if (times.next(fromMs) === Number.POSITIVE_INFINITY)
      return `schedule ${JSON.stringify(expression)} names a date that never comes`;
    const schedule = {
      next: (ms: number) => (isDate(ms) ? times.next(ms) : Number.POSITIVE_INFINITY),
      latest: (ms: number) => (isDate(ms) ? times.latest(ms) : Number.NEGATIVE_INFINITY),
      longestGapMs: longestGapMs(fields, { zone, reading, times }, fromMs),
    };
    if (schedules.size >= MOST_KEPT) schedules.clear();
    schedules.set(key, { day, schedule });
    return schedule;
  } catch (error) {
    if (error instanceof NoExpression) return `schedule ${JSON.stringify(expression)} ${error.message}`;
    throw error;
  }
}

/** Whether a calendar knows the time, and not the end of all time, or what a broken clock says. */
const isDate = (ms: number): boolean => Math.abs(ms) < LAST_MS;

/** The fields of a single moment; undefined for anything else. */
function momentOf(text: string, zone: Zone): CronFields | undefined {
  const [, year, month, day, hour, minute, second = '00', offset] = ISO.exec(text) ?? [];
  if (year === undefined) return undefined;
  const ms = offset === undefined ? Number.NaN : Date.parse(text);
  if (offset === undefined)
    return readExpression(
      `${second} ${minute} ${hour} ${Number(day)} ${Number(month)} * ${year}`,
      COMMON.lastWeekday,
    );
  if (Number.isNaN(ms)) throw new NoExpression('is no moment that exists');
  const local = new Date(ms + zone.offsetAt(ms)).toISOString();
  return momentOf(local.slice(0, 19), zone);
}
