import { hours, minutes } from '../scenario/world/time.ts';
import type { History, Told, Values } from './history.ts';
import { BY_SLICES } from './told.ts';

const ROUTE = '/admin/jobs';
const about = (value: number): Values => [[{ http_route: ROUTE, slo: 'admin-availability' }, value]];

/** Answered requests of the route with this status. */
const requests = (
  status: string,
  told: Told,
  route = ROUTE,
  instance = 'a',
): { readonly [series: string]: Told } => ({
  [`http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="${status}",http_route="${route}",instance="${instance}"}`]:
    told,
});

/** So many a minute, from the start on. */
const perMinute =
  (count: number): Told =>
  (time) =>
    (count * time) / 60;

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
  history('restarts, a route that first answers with an error, and replicas lose no event', {
    end: hours(4),
    series: {
      // Replica a starts again at 119 min; b answers its first and only errors in minute 70, from a series that did not exist.
      ...requests('200', (time) => (time < hours(2) ? time / 6 : (time - minutes(119)) / 6), ROUTE, 'a'),
      ...requests('200', perMinute(10), ROUTE, 'b'),
      ...requests('500', (time) => (time < minutes(70) ? undefined : 3), ROUTE, 'b'),
    },
    expects: {
      [minutes(70)]: {
        'bad_events:increase5m': about(3),
        'bad_events:increase30m': about(3),
        'bad_events:increase1h': about(3),
      },
      [hours(4)]: {
        'events:increase_window': about(4_803),
        'bad_events:increase_window': about(3),
        'error_budget_remaining:ratio': about(Number((1 - 3 / 4.803).toFixed(6))),
      },
    },
  }),
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
        'error_budget_remaining:ratio': [
          ...about(1),
          [{ http_route: '/api/admin', slo: 'admin-availability' }, Number((1 - 1 / 0.601).toFixed(6))],
        ],
      },
    },
  }),
];
