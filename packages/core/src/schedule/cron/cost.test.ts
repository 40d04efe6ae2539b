import { expect, test, vi } from 'vitest';
import { CronDays } from './days.ts';
import { readCron } from './read.ts';

test('B23: thousands of expressions ask little of the machine: each zone and each row of dates is looked through once', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'];
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
  const days = vi.spyOn(CronDays.prototype, 'after');
  for (let i = 0; i < 2_000; i++) {
    // 2,000 times of day on 28 kinds of dates.
    const schedule = `${i % 60} ${i % 24} ${1 + (i % 28)} * *`;
    expect(typeof readCron(schedule, zones[i % zones.length]!, Date.parse('2026-11-01'))).toBe('object');
  }
  // Weeks of three years and a few changes of the clocks: some hundred questions for each zone.
  expect(asked.mock.calls.length).toBeLessThan(zones.length * 600);
  // The search for the longest gap takes up to 500 steps for each kind of dates; a reading itself a few.
  expect(days.mock.calls.length).toBeLessThan(28 * 500 + 2_000 * 12);
  vi.restoreAllMocks();
});
