import { expect, test, vi } from 'vitest';
import { declareJob } from '../job/index.ts';
import { CronDays } from './days.ts';

test('B23: thousands of expressions ask little of the machine: each zone and each row of dates is looked through once', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'];
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
  const days = vi.spyOn(CronDays.prototype, 'after');
  for (let i = 0; i < 2_000; i++) {
    // 2,000 times of day on 28 kinds of dates.
    const schedule = `${i % 60} ${i % 24} ${1 + (i % 28)} * *`;
    declareJob({ name: `cost ${i}`, schedule, timezone: zones[i % zones.length]! });
  }
  // Weeks of three years and a few changes of the clocks: some hundred questions for each zone.
  expect(asked.mock.calls.length).toBeLessThan(zones.length * 600);
  // The search for the longest gap takes up to 500 steps for each kind of dates; a declaration itself a few.
  expect(days.mock.calls.length).toBeLessThan(28 * 500 + 2_000 * 12);
  vi.restoreAllMocks();
});
