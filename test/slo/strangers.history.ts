import { minutes, type Pace } from '../scenario/world/time.ts';
import type { History, Values } from './history.ts';
import { declared, endedAt, runs, slow } from './told.ts';

/*
 * A team may keep SLOs of its own in another rule file, which records them under the same names. Our rules say nothing of those where it is the
 * other file that knows their objective, their counters and their bounds.
 */

const PACE: Pace = { scrape: 60, evaluation: 60 };
const END = minutes(120);
const JOB = 'pricing-sync';
const ROUTE = '/admin/jobs';
const WINDOWS = ['5m', '30m', '1h', '6h', '3d'] as const;
const SHORT = ['5m', '30m', '1h'] as const;
/** Windows in minutes. */
const SPANS = { '5m': 5, '30m': 30, '1h': 60, '6h': 360, '3d': 4_320 } as const;

const route = (value: number): Values[number] => [{ http_route: ROUTE, slo: 'admin-availability' }, value];
const source = (value: number): Values[number] => [
  { job_name: JOB, slo: 'source-freshness', source: 'a' },
  value,
];
const duration = (value: number): Values => [[{ job_name: JOB, slo: 'job-duration' }, value]];

export const strangerHistories: readonly History[] = [
  {
    title: 'SLOs of another rule file have no figures that only that file can compute',
    pace: PACE,
    end: END,
    slos: ['job-duration', 'job-freshness', 'source-freshness', 'admin-availability', 'checkout', 'imports'],
    series: {
      // Ours: a route of ten requests a minute, a source that is late, and a job.
      [`http_server_request_duration_seconds_count{http_response_status_code="200",http_route="${ROUTE}",instance="a"}`]:
        (time) => time / 6,
      [`job_name_source:sync_source_age_seconds:last_known{job_name="${JOB}",source="a"}`]: () => 1e6,
      ...declared(JOB, { bound: 60, freshness: 60 }),
      ...runs(JOB, { success: endedAt(minutes(20), minutes(100)) }),
      ...slow(JOB, endedAt(minutes(20))),
      // Theirs: half of the requests to a checkout fail, an import is late, and its runs have bounds of their own.
      ...Object.fromEntries(
        SHORT.flatMap((window) => [
          [`slo:events:increase${window}{http_route="/checkout",slo="checkout"}`, () => 10],
          [`slo:bad_events:increase${window}{http_route="/checkout",slo="checkout"}`, () => 5],
        ]),
      ),
      'slo:objective:ratio{http_route="/checkout",slo="checkout"}': () => 0.5,
      [`slo:good_slice:bool{job_name="${JOB}",slo="imports"}`]: () => 0,
      'slo:events:total{http_route="/checkout",slo="checkout"}': (time) => time / 30,
      'slo:bad_events:total{http_route="/checkout",slo="checkout"}': (time) => time / 60,
    },
    expects: {
      [END]: {
        ...Object.fromEntries(
          SHORT.map((window) => [
            `bad_events:increase${window}`,
            [
              route(0),
              source(Math.min(SPANS[window], END / 60 + 1)),
              [{ http_route: '/checkout', slo: 'checkout' }, 5],
            ],
          ]),
        ),
        'bad_events:increase1d': [...duration(1), route(0), source(END / 60 + 1)],
        'bad_events:increase_window': [...duration(1), route(0), source(END / 60 + 1)],
        'allowed_events:increase_window': [...duration(1), route(0.001 * 1_200), source(0.05 * 43_200)],
        ...Object.fromEntries(
          WINDOWS.map((window) => [
            `burn_rate:ratio${window}`,
            [route(0), source((Math.min(SPANS[window], END / 60 + 1) / SPANS[window]) * 20)],
          ]),
        ),
      },
    },
  },
];
