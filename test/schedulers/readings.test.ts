import { Cron } from 'croner';
import fc from 'fast-check';
import cron from 'node-cron';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  COMMON,
  type CronSchedule,
  NODE_CRON,
  type Reading,
  readCron,
} from '../../packages/scheduler/src/cron/index.ts';

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
      { numRuns: 2_000, seed: 7 },
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
      { numRuns: 1_500, seed: 7 },
    );
  });
});
