import { processStore } from '../store/index.ts';
import { type CronSchedule, isTimezone, localTimezone, readCron } from './cron/index.ts';
import { CronTimetable } from './cron-timetable.ts';
import { IntervalTimetable } from './interval-timetable.ts';
import type { Timetable } from './timetable.ts';

/** How a declaration says when work starts: by a cron expression, or by a timer. */
export interface StartsOptions {
  readonly schedule?: string | undefined;
  readonly timezone?: string | undefined;
  readonly intervalSeconds?: number | undefined;
}

/** When work starts, as it was declared and found sound. */
export interface Starts {
  /** Absent for work that a timer starts. */
  readonly cron?: { readonly schedule: CronSchedule; readonly timezone: string };
  readonly intervalSeconds: number;
}

/** A timer of Node takes a millisecond at least. */
const FASTEST_SECONDS = 0.001;

/** Reads when work starts. What is wrong with it is added to `problems`, in plain sentences; the result holds only where nothing was. */
export function checkStarts(
  { schedule, timezone, intervalSeconds }: StartsOptions,
  problems: string[],
): Starts {
  const zone = timezone ?? (schedule === undefined ? 'UTC' : localTimezone());
  const zoneIsKnown = typeof zone === 'string' && isTimezone(zone);
  if (typeof zone !== 'string') problems.push('timezone must be a name such as "Europe/Berlin"');
  else if (!zoneIsKnown) problems.push(`timezone ${JSON.stringify(zone)} is unknown here`);
  let cron: CronSchedule | string | undefined;
  if ((schedule === undefined) === (intervalSeconds === undefined)) {
    problems.push('either schedule or intervalSeconds must say when it starts');
  } else if (intervalSeconds !== undefined) {
    if (timezone !== undefined) problems.push('timezone belongs to schedule; an interval has none');
  } else if (typeof schedule !== 'string') problems.push('schedule must be a cron expression');
  else {
    cron = readCron(schedule, zoneIsKnown ? zone : 'UTC', processStore().clock.wallMs());
    if (typeof cron === 'string') problems.push(cron);
  }
  if (intervalSeconds !== undefined) {
    if (!(typeof intervalSeconds === 'number' && intervalSeconds > 0 && intervalSeconds < Infinity))
      problems.push('intervalSeconds must be a number above 0');
    else if (intervalSeconds < FASTEST_SECONDS)
      problems.push(`intervalSeconds must be ${FASTEST_SECONDS} at least: no timer is faster`);
  }
  if (typeof cron !== 'object') return { intervalSeconds: intervalSeconds as number };
  return { cron: { schedule: cron, timezone: zone }, intervalSeconds: cron.longestGapMs / 1000 };
}

/** What knows which of the declared starts are due. */
export const timetableOf = ({ cron, intervalSeconds }: Starts): Timetable =>
  cron === undefined ? new IntervalTimetable(intervalSeconds * 1000) : new CronTimetable(cron.schedule);
