import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CronSchedule, readCron } from './read.ts';
import { COMMON, NEST, NODE_CRON, QUEUE, type Reading } from './reading.ts';
import { zoneOf } from './zone.ts';

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
  ['0 0 1 13 *', 'is no cron expression: Invalid value for month: 13'],
  ['0 0 0 * *', 'is no cron expression: Invalid value for day of the month: 0'],
  ['0 0 * * 8', 'is no cron expression: Invalid value for weekday: 8'],
  ['0 0 * * mon-', 'is no cron expression: Invalid value for weekday: '],
  ['*/0 * * * *', 'is no cron expression: Invalid step for minute: */0'],
  ['/5 * * * *', 'is no cron expression: Invalid step for minute: /5'],
  ['1-2-3 * * * *', 'is no cron expression: Invalid range for minute: 1-2-3'],
  ['1,,2 * * * *', 'is no cron expression: the minute has an empty value'],
  ['0 0 L-31 * *', 'is no cron expression: Invalid value for day of the month: L-31'],
  ['0 0 * * 1#6', 'is no cron expression: Invalid value for weekday: 1#6'],
  ['* * * *', 'must have 5 fields (minute to weekday) or 6 (second to weekday), or 7 with a year'],
  ['@fortnightly', 'is no nickname that is known: they are @yearly'],
  ['@every 5m', 'must have 5 fields'],
  ['every five minutes please now', 'is no cron expression'],
  ['0 0 30 2 *', 'names a date that never comes'],
  ['0 0 0 1 1 * 2025', 'names a date that never comes'],
  ['2025-12-01T00:00:00', 'names a date that never comes'],
  ['2026-13-01T00:00:00Z', 'is no moment that exists'],
])('A13: "%s" can not be read', (expression, reason) => {
  expect(readCron(expression, 'UTC', FROM)).toContain(`schedule "${expression}" ${reason}`);
});

test.each([
  ['5/15 * * * *', '5,20,35,50 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@Weekly', '0 0 * * 0'],
  ['@secondly', '* * * * * *'],
  ['@weekdays', '0 0 * * 1-5'],
  ['0 0 1 January *', '0 0 1 1 *'],
  ['0 0 1 jan,SEPT *', '0 0 1 1,9 *'],
  ['0 0 * * Friday', '0 0 * * 5'],
  ['0 0 * * FRI-MON', '0 0 * * 5,6,0,1'],
  ['0 0 * * sat-sun', '0 0 * * 6,0'],
  ['0 0 * * 5-7', '0 0 * * 5,6,0'],
  ['0 0 * * 7', '0 0 * * 0'],
  ['0 22-2/2 * * *', '0 22,0,2 * * *'],
  ['10-50/20 * * * *', '10,30,50 * * * *'],
  ['0 0 ? * 1', '0 0 * * 1'],
  ['0 12 1 * ?', '0 12 1 * *'],
  ['0 0 * * 1/2', '0 0 * * 1,3,5'],
  ['0 30 8 1 1 * 2027', '2027-01-01T08:30:00'],
  ['0 30 8 1 1 ? 2027-2027', '2027-01-01T08:30Z'],
  ['2027-01-01T10:30:00+02:00', '2027-01-01T08:30:00.000Z'],
])('A13: "%s" is read as "%s"', (expression, same) => {
  const starts = (text: string) => {
    const found = [read(text).next(FROM)];
    while (found.length < 40) found.push(read(text).next(found.at(-1)!));
    return [...found, read(text).latest(found[3]!), read(text).longestGapMs];
  };
  expect(starts(expression)).toEqual(starts(same));
});

test.each([
  // The last day, the third before it, the last that is no weekend, the Friday nearest to Saturday the 15th, the second and the last Monday.
  ['0 0 L * *', '2026-08-31'],
  ['0 0 L-3 8 *', '2026-08-28'],
  ['0 0 LW 5 *', '2026-05-29'],
  ['0 0 15W 8 *', '2026-08-14'],
  ['0 0 1W 8 *', '2026-08-03'],
  ['0 0 * 8 1#2', '2026-08-10'],
  ['0 0 * 8 MONL', '2026-08-31'],
  ['0 0 13 * +5', '2026-11-13'],
])('A13: "%s" starts on %s', (expression, date) => {
  const at = Date.parse(date);
  expect([read(expression).next(at - 1), read(expression).latest(at + 1)]).toEqual([at, at]);
});

describe('A27: on nights on which clocks change', () => {
  const next = (expression: string, timezone: string, from: string) =>
    new Date(read(expression, timezone).next(Date.parse(from))).toISOString();

  test('a fixed time in a gap that ends at midnight runs after it, once', () => {
    // In Nuuk the hour from 23:00 of 28 March 2026 does not exist.
    const schedule = read('0 59 23 * * *', 'America/Nuuk');
    expect(next('0 59 23 * * *', 'America/Nuuk', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(next('0 59 23 * * *', 'America/Nuuk', '2026-03-29T01:00:00Z')).toBe('2026-03-30T00:59:00.000Z');
    expect(schedule.latest(Date.parse('2026-03-29T12:00:00Z'))).toBe(Date.parse('2026-03-29T01:00:00Z'));
    expect(next('30 23 28 3 *', 'America/Nuuk', '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('a gap of half an hour makes an hourly job wait for an hour and a half', () => {
    expect(read('0 * * * *', 'Australia/Lord_Howe').longestGapMs / HOUR).toBe(1.5);
    expect(read('*/30 * * * *', 'Australia/Lord_Howe').longestGapMs / HOUR).toBe(0.5);
    expect(read('15 * * * *', 'Europe/Berlin').longestGapMs / HOUR).toBe(1);
    // Of 02:00 to 02:30 nothing exists; it runs at 02:30.
    expect(next('10 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00:00Z')).toBe(
      '2026-10-03T15:30:00.000Z',
    );
  });

  test('a zone whose clocks change for a month of fasting is followed', () => {
    // Ramadan 2026: one hour back on 15 February, forward again on 22 March.
    expect(next('30 2 * * *', 'Africa/Casablanca', '2026-02-14T12:00:00Z')).toBe('2026-02-15T01:30:00.000Z');
    expect(next('30 2 * * *', 'Africa/Casablanca', '2026-02-15T12:00:00Z')).toBe('2026-02-16T02:30:00.000Z');
    expect(next('30 2 * * *', 'Africa/Casablanca', '2026-03-21T12:00:00Z')).toBe('2026-03-22T02:00:00.000Z');
    expect(read('30 2 * * *', 'Africa/Casablanca').longestGapMs / HOUR).toBe(25);
  });
});

test('A2: a day of the month and a weekday are either of them, or both, as the scheduler reads it', () => {
  const expression = '0 9 1-7 * 1';
  const either = read(expression);
  const both = readCron(expression, 'UTC', FROM, NODE_CRON) as CronSchedule;
  expect(new Date(either.next(FROM)).toISOString()).toBe('2026-01-01T09:00:00.000Z');
  expect(new Date(both.next(FROM)).toISOString()).toBe('2026-01-05T09:00:00.000Z');
  expect([either.longestGapMs / DAY, both.longestGapMs / DAY]).toEqual([7, 35]);
});

test('A13: a step among the weekdays ends on Saturday, or on the Sunday that is 7, as the scheduler reads it', () => {
  const saturday = Date.parse('2026-07-04T12:00:00Z');
  const next = (expression: string, reading: Reading) => {
    const schedule = readCron(expression, 'UTC', saturday, reading);
    return typeof schedule === 'string'
      ? schedule
      : new Date(schedule.next(saturday)).toUTCString().slice(0, 3);
  };
  expect([COMMON, NODE_CRON, QUEUE, NEST].map((reading) => next('0 0 * * 1/2', reading))).toEqual([
    'Mon',
    'Mon',
    'Sun',
    'Sun',
  ]);
  expect([COMMON, QUEUE].map((reading) => next('0 0 * * */2', reading))).toEqual(['Sun', 'Sun']);
});

test('A27: where no change of the clocks is known far away, those that are near still count', () => {
  const zone = zoneOf('Africa/El_Aaiun');
  expect(zone.around(Date.parse('2095-06-20')).before).toBeUndefined();
  expect(zone.around(Date.parse('2026-06-20')).offsetMs).toBe(HOUR);
});
