import { createRequire } from 'node:module';
import {
  COMMON,
  type CronSchedule,
  NEST,
  NODE_CRON,
  QUEUE,
  type Reading,
  readCron,
} from '@sightglass/core/authors';
import { Cron } from 'croner';
import fc from 'fast-check';
import cron from 'node-cron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const HOUR = 3_600_000;

function read(expression: string, timezone: string, fromMs: number, reading: Reading): CronSchedule {
  const schedule = readCron(expression, timezone, fromMs, reading);
  if (typeof schedule === 'string') throw new Error(schedule);
  return schedule;
}

/** The first starts after a moment. */
function starts(schedule: CronSchedule, fromMs: number, count: number): string[] {
  const found: string[] = [];
  for (let at = fromMs; found.length < count; ) {
    at = schedule.next(at);
    found.push(new Date(at).toISOString());
  }
  return found;
}

/** Moments around which clocks change, and some around which none does. */
const moments = fc.tuple(
  fc.constantFrom(
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-10-04',
    '2026-10-25',
    '2026-11-01',
    '2026-07-10',
  ),
  fc.integer({ min: -40, max: 40 }),
);
const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'Australia/Lord_Howe',
);
const value = (min: number, max: number) => fc.integer({ min, max }).map(String);
const minute = fc.oneof(value(0, 59), fc.constantFrom('*', '*/20', '0,30', '15-45/15'));
const hour = fc.oneof(value(0, 4), fc.constantFrom('*', '*/6', '1-3', '2,14', '22-23'));
const day = fc.oneof(fc.constant('*'), fc.constantFrom('1-7', '29,30', 'L', '15W', '*/10', '25'));
const month = fc.constantFrom('*', '*', '*', '3,10', 'mar-nov');
const weekday = fc.oneof(fc.constant('*'), fc.constantFrom('1', 'mon-fri', '0', '0#1', '5L', '7', 'sun'));
const expressions = fc.tuple(minute, hour, day, month, weekday).map((fields) => fields.join(' '));

/** What the schedulers use to read schedules, as they load it. */
const ours = createRequire(import.meta.url);
const { CronTime } = createRequire(ours.resolve('@nestjs/schedule'))('cron') as {
  CronTime: new (
    expression: string,
    timezone: string,
  ) => { getNextDateFrom(after: Date, timezone: string): { toMillis(): number } };
};
const { CronExpressionParser } = createRequire(ours.resolve('pg-boss'))('cron-parser') as {
  CronExpressionParser: {
    parse(expression: string, options: { tz: string; currentDate: Date }): { next(): Date };
  };
};
/** cron-parser finds no start on the night on which Lord Howe's clocks change by half an hour. */
const wholeHours = zones.filter((zone) => zone !== 'Australia/Lord_Howe');
/** Without what not all of them know. */
const plain = fc
  .tuple(
    minute,
    hour,
    fc.constantFrom('*', '1-7', '1-31', '25'),
    month,
    fc.constantFrom('*', '1', 'mon-fri', '0-6', '1/2'),
  )
  .map((fields) => fields.join(' '));

describe('A2, A13, A27: starts are read as the scheduler reads them', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('by croner', () => {
    fc.assert(
      fc.property(expressions, zones, moments, (expression, timezone, [date, hours]) => {
        const fromMs = Date.parse(date) + hours * HOUR + 1;
        const theirs = new Cron(expression, { timezone });
        const found = theirs.nextRuns(8, new Date(fromMs)).map((at) => at.toISOString());
        const schedule = read(expression, timezone, fromMs, COMMON);
        expect(starts(schedule, fromMs, found.length), `${expression} in ${timezone}`).toEqual(found);
        const before = theirs.previousRuns(1, new Date(Math.floor(fromMs / 1000 + 1) * 1000))[0]!.getTime();
        expect(schedule.latest(fromMs), `before, ${expression} in ${timezone}`).toBe(before);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  test('by node-cron', () => {
    fc.assert(
      fc.property(expressions, zones, moments, (expression, timezone, [date, hours]) => {
        const fromMs = Date.parse(date) + hours * HOUR + 1;
        vi.setSystemTime(fromMs);
        const task = cron.createTask(expression, () => {}, { timezone });
        let found: string[];
        try {
          found = task.getNextRuns(8).map((at) => at.toISOString());
        } catch {
          // A day that is never both, which node-cron finds out only by looking.
          expect(readCron(expression, timezone, fromMs, NODE_CRON)).toMatch('a date that never comes');
          return;
        } finally {
          task.destroy();
        }
        const schedule = read(expression, timezone, fromMs, NODE_CRON);
        expect(starts(schedule, fromMs, found.length), `${expression} in ${timezone}`).toEqual(found);
      }),
      { numRuns: 600, seed: 7 },
    );
  });

  test('by Nest: each start is one that its scheduler makes', () => {
    fc.assert(
      fc.property(plain, zones, moments, (expression, timezone, [date, hours]) => {
        const fromMs = Date.parse(date) + hours * HOUR + 1;
        const theirs = new CronTime(expression, timezone);
        const found: string[] = [];
        for (let at = new Date(fromMs); found.length < 12; ) {
          at = new Date(theirs.getNextDateFrom(at, timezone).toMillis());
          found.push(at.toISOString());
        }
        const ours = starts(read(expression, timezone, fromMs, NEST), fromMs, 8);
        expect(found, `${expression} in ${timezone}`).toEqual(expect.arrayContaining(ours));
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  test('by the queues: each start but one in a gap is one that they make', () => {
    fc.assert(
      fc.property(plain, wholeHours, moments, (expression, timezone, [date, hours]) => {
        const fromMs = Date.parse(date) + hours * HOUR + 1;
        const theirs = CronExpressionParser.parse(expression, {
          tz: timezone,
          currentDate: new Date(fromMs),
        });
        const found = Array.from({ length: 12 }, () => theirs.next().getTime());
        const ours = starts(read(expression, timezone, fromMs, QUEUE), fromMs, 6);
        const missing = ours.filter((at) => !found.includes(Date.parse(at)));
        // A time that does not exist is run as much later, and not when the gap ends.
        const nearGap = missing.every((at) => found.some((other) => Math.abs(other - Date.parse(at)) < HOUR));
        expect(nearGap, `${expression} in ${timezone}: ${missing}`).toBe(true);
        expect(missing.length).toBeLessThan(2);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});
