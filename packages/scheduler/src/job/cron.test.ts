import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CronSchedule, readCron } from './cron.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 0, 1);

function read(expression: string, timezone = 'UTC', fromMs = FROM): CronSchedule {
  const schedule = readCron(expression, timezone, fromMs);
  if (typeof schedule === 'string') throw new Error(schedule);
  return schedule;
}

describe('the longest gap', () => {
  test.each([
    ['0 */6 * * *', 'UTC', 6],
    ['* * * * * *', 'UTC', 1 / 3600],
    ['*/5 * * * *', 'Europe/Berlin', 5 / 60],
    ['15,45 * * * * *', 'UTC', 30 / 3600],
    ['5-10 * * * *', 'UTC', 55 / 60],
    ['0 9,17 * * *', 'UTC', 16],
    // Weekends, and months without a start.
    ['*/5 9-17 * * 1-5', 'UTC', 63 + 5 / 60],
    ['* * * 1-6 *', 'UTC', 184 * 24 + 1 / 60],
    ['0 0 1 * *', 'UTC', 31 * 24],
    ['0 0 31 * *', 'UTC', 61 * 24],
    ['0 9 * * 1#2', 'UTC', 35 * 24],
    ['0 0 29 2 *', 'UTC', 1461 * 24],
    // The night in which an hour comes twice, and the one in which it doesn't come.
    ['0 */6 * * *', 'Europe/Berlin', 7],
    ['0 4 * * *', 'Europe/Berlin', 25],
    ['*/10 2 * * *', 'Europe/Berlin', 46 + 1 / 6],
    ['0 9 * * 1-5', 'Europe/Berlin', 73],
    ['0 0 * * 0', 'Australia/Lord_Howe', 168.5],
  ])('of "%s" in %s is %f hours', (expression, timezone, hours) => {
    expect(read(expression, timezone).longestGapMs / HOUR).toBeCloseTo(hours, 9);
  });

  test('is what listing every start of two years finds', () => {
    const value = (max: number) => fc.integer({ min: 0, max }).map(String);
    const step = (...steps: number[]) => fc.constantFrom(...steps.map((every) => `*/${every}`), '*');
    const hour = fc.oneof(value(23), step(2, 5, 6), fc.constantFrom('9-17', '1,2,3', '2'));
    const day = fc.oneof(fc.constant('*'), fc.constantFrom('1', '15,31', '*/10'));
    const weekday = fc.oneof(fc.constant('*'), fc.constantFrom('1-5', '0', '2,4'));
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');
    const expression = fc.tuple(value(59), hour, day, fc.constantFrom('*', '1-6', '*/2'), weekday, zone);
    fc.assert(
      fc.property(expression, ([minute, hours, days, month, weekdays, timezone]) => {
        const schedule = read(`${minute} ${hours} ${days} ${month} ${weekdays}`, timezone);
        let longest = 0;
        let at = schedule.next(FROM);
        while (at < FROM + 700 * DAY) {
          const next = schedule.next(at);
          longest = Math.max(longest, next - at);
          at = next;
        }
        const found = schedule.longestGapMs;
        // Other years may have longer gaps between dates; that one of them also holds a change of the clocks is seen only by listing them.
        expect(found).toBeGreaterThanOrEqual(longest - HOUR);
        if (days === '*' && month === '*') expect(found).toBe(longest);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe('starts', () => {
  const times = (schedule: CronSchedule, from: string, count: number) => {
    const found: string[] = [];
    for (let at = Date.parse(from); found.length < count; ) {
      at = schedule.next(at);
      found.push(new Date(at).toISOString().slice(5, 16));
    }
    return found;
  };

  test.each([
    // In the night of 29 March 02:00 to 03:00 does not exist; on 25 October it comes twice.
    ['30 2 * * *', ['03-29T01:00', '03-30T00:30'], ['10-25T00:30', '10-26T01:30']],
    ['0 * * * *', ['03-29T00:00', '03-29T01:00'], ['10-25T00:00', '10-25T01:00']],
    ['*/30 2 * * *', ['03-30T00:00', '03-30T00:30'], ['10-25T00:00', '10-25T00:30', '10-25T01:00']],
    ['0 3 * * *', ['03-29T01:00', '03-30T01:00'], ['10-25T02:00', '10-26T02:00']],
  ])('of "%s" in Berlin when the clocks change', (expression, spring, autumn) => {
    const schedule = read(expression, 'Europe/Berlin');
    expect(times(schedule, '2026-03-28T23:00:00Z', spring.length)).toEqual(spring);
    expect(times(schedule, '2026-10-24T23:00:00Z', autumn.length)).toEqual(autumn);
  });

  test('the latest is the one at the very time, and the next one after it', () => {
    const schedule = read('0 */6 * * *');
    const noon = Date.UTC(2026, 0, 1, 12);
    expect([schedule.latest(noon), schedule.next(noon)]).toEqual([noon, noon + 6 * HOUR]);
    expect([schedule.latest(noon - 1), schedule.next(noon - 1)]).toEqual([noon - 6 * HOUR, noon]);
    expect([schedule.latest(noon + 999), schedule.next(noon + 999)]).toEqual([noon, noon + 6 * HOUR]);
  });
});

test.each([
  ['61 * * * *', 'is no cron expression: Invalid value for minute: 61'],
  ['* * * *', 'must have 5 fields (minute to weekday) or 6 (second to weekday)'],
  ['0 0 0 * * * 2026', 'must have 5 fields'],
  ['@daily', 'must have 5 fields'],
  ['2026-12-01T00:00:00', 'must have 5 fields'],
  ['every five minutes please now', 'is no cron expression'],
  ['0 0 30 2 *', 'names a date that never comes'],
])('"%s" can not be read', (expression, reason) => {
  expect(readCron(expression, 'UTC', FROM)).toContain(`schedule "${expression}" ${reason}`);
});
