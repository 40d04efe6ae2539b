import { hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { AlertStory } from './alert-story.ts';
import type { Told } from './history.ts';
import { began, endedAt } from './told.ts';

const ROUTE = '/admin/sync';
const LABELS = { http_route: ROUTE, slo: 'admin-availability' };
const MINUTELY: Pace = { scrape: 60, evaluation: 60 };
const BY_FIVE: Pace = { scrape: 60, evaluation: minutes(5) };
const m = minutes;

const requests = (status: string, told: Told): { readonly [series: string]: Told } => ({
  [`http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="${status}",http_route="${ROUTE}",instance="a"}`]:
    told,
});

/** A request a minute. */
const oneAMinute: Told = (time) => time / 60;

export const requestStories: readonly AlertStory[] = [
  {
    alert: 'SloAdminAvailabilityBurnsFast',
    title:
      'pages when the third request of a quiet hour fails, and ends when none has failed for half an hour',
    pace: MINUTELY,
    end: m(160),
    series: { ...requests('200', oneAMinute), ...requests('500', endedAt(m(70), m(75), m(80))) },
    // 3 / 63 is 48 times the budget's rate in the hour, and more in five minutes; the half hour forgets the last one at 110 min.
    held: [{ labels: LABELS, from: m(80), to: m(110) }],
    quietAt: [m(70), m(75), m(79)],
  },
  {
    alert: 'SloAdminAvailabilityBurnsFast',
    title: 'pages at the third error also where the route never failed before',
    pace: MINUTELY,
    end: m(160),
    series: {
      ...began('a'),
      ...requests('200', oneAMinute),
      ...requests('502', (time) => (time < m(70) ? undefined : endedAt(m(70), m(72), m(74))(time))),
    },
    held: [{ labels: LABELS, from: m(74), to: m(104) }],
    quietAt: [m(70), m(73)],
  },
  {
    alert: 'SloAdminAvailabilityBurnsFast',
    title: 'says nothing of two errors, however few requests there are',
    pace: MINUTELY,
    end: m(130),
    series: {
      ...requests('200', (time) => Math.floor(time / m(30))),
      ...requests('500', endedAt(m(70), m(71))),
    },
    held: [],
    quietAt: [m(71), m(72), m(75)],
  },
  {
    alert: 'SloAdminAvailabilityBurnsFast',
    title: 'pages when six hours burn six times too fast, though the last hour does not burn 14.4 times',
    pace: MINUTELY,
    end: hours(8),
    // 10 requests a minute, so 3,600 in six hours and 600 an hour. One error in 15 minutes is 1 / 150, which is 6.7 times the budget's rate.
    series: {
      ...requests('200', (time) => time / 6),
      ...requests('500', (time) => Math.min(24, Math.floor(time / m(15)))),
    },
    // The half hour has two errors up to 374 min: 2 / 302.
    held: [{ labels: LABELS, from: m(45), to: m(375) }],
  },
  {
    alert: 'SloAdminAvailabilityBurnsSlowly',
    title: 'warns of the third error in 2,200 requests, and ends when they are one in a thousand again',
    pace: BY_FIVE,
    end: m(600),
    // 10 requests a minute. 3 / 2,203 at 220 min is 1.4 times what is allowed; of 5 the last comes at 240 min, and 5 / 5,005 is less than it.
    series: {
      ...requests('200', (time) => time / 6),
      ...requests('500', endedAt(m(200), m(210), m(220), m(230), m(240))),
    },
    held: [{ labels: LABELS, from: m(220), to: m(500) }],
    quietAt: [m(210), m(215)],
  },
  {
    alert: 'SloAdminAvailabilityBurnsSlowly',
    title: 'is quiet at one error in 1,000 requests',
    pace: BY_FIVE,
    end: m(330),
    // 999 good ones and one bad one in each 100 minutes, so exactly 99.9 % at 300 min.
    series: {
      ...requests('200', (time) => (999 * time) / m(100)),
      ...requests('500', endedAt(m(100), m(200), m(300))),
    },
    held: [],
    quietAt: [m(300), m(305)],
  },
];
