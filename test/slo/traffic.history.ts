import { days, hours, minutes } from '../scenario/world/time.ts';
import type { History, Told } from './history.ts';
import { together, trafficClaims } from './reference.ts';
import { about, MINUTELY, perMinute, ROUTE, requests } from './requests.ts';
import { BY_SLICES, began, type Count, endedAt } from './told.ts';

const [A, B] = ['/admin/jobs', '/api/admin'] as const;

/** One each so many minutes, from some minute on. */
const everyMinutes =
  (every: number, from: number): Count =>
  (time) =>
    time < minutes(from) ? 0 : Math.floor((time - minutes(from)) / minutes(every)) + 1;

const bad: Count = (time) => everyMinutes(15, 60)(time) + everyMinutes(25, 60)(time);

const history = (title: string, told: Pick<History, 'series' | 'expects' | 'end'>): History => ({
  title,
  pace: BY_SLICES,
  slos: ['admin-availability'],
  ...told,
});

/** Slices of five minutes. A route gets ten requests a minute, so 1 of 1,000 is one in 100 minutes. */
export const trafficHistories: readonly History[] = [
  history('without any request there is no budget, and nothing that is no number', {
    end: hours(6),
    series: {},
    expects: {
      [hours(6)]: {
        'events:increase_window': [],
        'error_budget_remaining:ratio': [],
        'burn_rate:ratio5m': [],
      },
    },
  }),
  history('where requests came once and no more, the budget stays and no rate is NaN', {
    end: hours(6),
    series: {
      ...requests('200', (time) => Math.min(time, hours(1))),
      ...requests('500', (time) => (time < hours(1) ? 0 : 2)),
    },
    expects: {
      [hours(6)]: {
        'events:increase_window': about(3_602),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 3.602).toFixed(6))),
        'events:increase5m': about(0),
        'burn_rate:ratio5m': [],
        'burn_rate:ratio30m': [],
        'burn_rate:ratio1h': [],
        'events:increase1d': about(3_602),
        'bad_events:increase1d': about(2),
        'burn_rate:ratio3d': about(Number((2 / 3_602 / 0.001).toFixed(9))),
        'burn_rate:ratio6h': about(Number((2 / 3_602 / 0.001).toFixed(9))),
      },
    },
  }),
  history('budgets weigh requests, not time: an error in a busy hour is less than in a quiet one', {
    end: hours(10),
    series: {
      // 600 requests in each of nine hours, and 60,000 in the last; 30 bad ones in the first hour, 30 in the last.
      ...requests('200', (time) =>
        time <= hours(9) ? time / 6 : 5_400 + (time - hours(9)) * (60_000 / 3_600),
      ),
      ...requests('500', (time) => (time < minutes(30) ? 0 : time < hours(9.5) ? 30 : 60)),
    },
    expects: {
      [hours(1)]: { 'error_budget_remaining:ratio': about(Number((1 - 30 / 0.63).toFixed(6))) },
      [hours(10)]: {
        'events:increase_window': about(65_460),
        'bad_events:increase_window': about(60),
        'error_budget_remaining:ratio': about(Number((1 - 60 / 65.46).toFixed(6))),
      },
    },
  }),
  history('everything bad burns 1,000 times faster than 99.9 % allow', {
    end: hours(2),
    series: requests('503', perMinute(10)),
    expects: {
      [hours(2)]: {
        'good_events:ratio_window': about(0),
        'error_budget_remaining:ratio': about(-999),
        'error_budget_policy:level': about(4),
        'burn_rate:ratio5m': about(1_000),
        'burn_rate:ratio1h': about(1_000),
      },
    },
  }),
  history('exactly 99.9 % leave exactly nothing, and that is level 3', {
    end: hours(10),
    series: {
      ...requests('200', (time) => (999 * time) / 36_000),
      ...requests('500', (time) => (time < hours(9) ? 0 : 1)),
    },
    expects: {
      [hours(10)]: { 'error_budget_remaining:ratio': about(0), 'error_budget_policy:level': about(3) },
    },
  }),
  history(
    'restarts, a route that first answers with an error, and replicas lose no event that was scraped in time',
    {
      end: hours(4),
      series: {
        ...began('b'),
        // Replica a starts again at 119 min; b answers its first and only errors in minute 70, from a series that did not exist.
        ...requests('200', (time) => (time < hours(2) ? time / 6 : (time - minutes(119)) / 6), ROUTE, 'a'),
        ...requests('200', perMinute(10), ROUTE, 'b'),
        ...requests('500', (time) => (time < minutes(70) ? undefined : 3), ROUTE, 'b'),
      },
      expects: {
        // 50 requests to b, and the 10 to a since it started again. What it had counted since the evaluation at 115 min has ended with it.
        [hours(2)]: { 'events:increase5m': about(60) },
        [minutes(70)]: {
          'bad_events:increase5m': about(3),
          'bad_events:increase30m': about(3),
          'bad_events:increase1h': about(3),
        },
        [hours(4)]: {
          'events:increase_window': about(4_763),
          'bad_events:increase_window': about(3),
          'error_budget_remaining:ratio': about(Number((1 - 3 / 4.763).toFixed(6))),
        },
      },
    },
  ),
  history('late data counts when it comes: 100 minutes without a scrape lose nothing', {
    end: hours(6),
    series: Object.fromEntries(
      Object.entries({
        ...requests('200', perMinute(10)),
        ...requests('500', (time) => (time < hours(2.5) ? 0 : 2)),
      }).map(([name, told]) => [
        name,
        (time: number) => (time > hours(2) && time < minutes(220) ? undefined : told(time)),
      ]),
    ),
    expects: {
      [hours(3)]: { 'bad_events:increase_window': about(0), 'burn_rate:ratio5m': [] },
      [minutes(220)]: { 'events:increase5m': about(1_002), 'bad_events:increase5m': about(2) },
      [hours(6)]: {
        'events:increase_window': about(3_602),
        'bad_events:increase_window': about(2),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 3.602).toFixed(6))),
      },
    },
  }),
  history('each route has its own budget, those that are no admin routes none', {
    end: hours(1),
    series: {
      ...requests('200', perMinute(10)),
      ...requests('200', perMinute(10), '/api/admin'),
      ...requests('500', (time) => (time < 60 ? 0 : 1), '/api/admin'),
      ...requests('500', perMinute(10), '/prices'),
      ...requests('404', perMinute(1)),
    },
    expects: {
      [hours(1)]: {
        ...Object.fromEntries(
          ['5m', '30m', '1h'].map((window) => [
            `bad_events:increase${window}`,
            [...about(0), [{ http_route: '/api/admin', slo: 'admin-availability' }, window === '1h' ? 1 : 0]],
          ]),
        ),
        'error_budget_remaining:ratio': [
          ...about(1),
          [{ http_route: '/api/admin', slo: 'admin-availability' }, Number((1 - 1 / 0.601).toFixed(6))],
        ],
      },
    },
  }),
  {
    title: 'two routes on two replicas, in every window',
    pace: MINUTELY,
    end: hours(8),
    slos: ['admin-availability'],
    series: {
      ...requests('200', perMinute(10), A, 'a'),
      ...requests('200', perMinute(20), A, 'b'),
      ...requests('500', everyMinutes(15, 60), A, 'a'),
      ...requests('503', everyMinutes(25, 60), A, 'b'),
      ...requests('404', perMinute(1), A, 'a'),
      ...requests('200', perMinute(5), B, 'a'),
      ...requests('500', everyMinutes(100, 100), B, 'a'),
      ...requests('500', perMinute(50), '/prices', 'a'),
    },
    expects: Object.fromEntries(
      // At six hours, both replicas have an error in the same slice.
      [minutes(95), hours(5), hours(6), hours(8)].map((time) => [
        time,
        together(
          trafficClaims(time, {
            labels: { http_route: A, slo: 'admin-availability' },
            objective: 0.999,
            total: (at) => (31 * at) / 60 + bad(at),
            bad,
          }),
          trafficClaims(time, {
            labels: { http_route: B, slo: 'admin-availability' },
            objective: 0.999,
            total: (at) => (5 * at) / 60 + everyMinutes(100, 100)(at),
            bad: everyMinutes(100, 100),
          }),
        ),
      ]),
    ),
  },
  {
    title: 'three days are three days',
    pace: BY_SLICES,
    end: days(4),
    slos: ['admin-availability'],
    series: {
      ...requests('200', perMinute(1)),
      ...requests('500', endedAt(days(0.3), days(2), days(3.2), days(3.9))),
    },
    expects: {
      // 1,440 requests a day, of the last three days and of the last one.
      [days(4)]: {
        'events:increase3d': about(3 * 1_440 + 3),
        'bad_events:increase3d': about(3),
        'events:increase1d': about(1_440 + 2),
        'bad_events:increase1d': about(2),
      },
    },
  },
  {
    title: 'thirty days are thirty days',
    pace: { scrape: minutes(6), evaluation: days(1) },
    end: days(32),
    slos: ['admin-availability'],
    // The totals themselves: ten requests an hour, of which one is bad on the days 1, 10 and 20.
    series: Object.fromEntries(
      [
        ['events', (time: number) => 10 * Math.floor(time / hours(1))] as const,
        ['bad_events', endedAt(days(1.5), days(10), days(20))] as const,
      ].map(([name, of]): [string, Told] => [
        `slo:${name}:total{http_route="${ROUTE}",slo="admin-availability"}`,
        of,
      ]),
    ),
    expects: {
      [days(31)]: { 'bad_events:increase_window': about(3) },
      [days(32)]: {
        'events:increase_window': about(7_200),
        'bad_events:increase_window': about(2),
        'window:seconds': about(days(30)),
        'allowed_events:increase_window': about(7.2),
        'error_budget_remaining:ratio': about(Number((1 - 2 / 7.2).toFixed(6))),
      },
    },
  },
];
