import { minutes, type Pace } from '../scenario/world/time.ts';
import type { History, Values } from './history.ts';
import { declared, endedAt } from './told.ts';

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

const route = (value: number): Values[number] => [{ http_route: ROUTE, slo: 'admin-availability' }, value];
const source = (value: number): Values[number] => [
  { job_name: JOB, slo: 'source-freshness', source: 'a' },
  value,
];
const duration = (value: number): Values => [[{ job_name: JOB, slo: 'job-duration' }, value]];

/** Two runs, and one of them within the bound of 60 s. */
const runs = (part: string, ...ends: readonly number[]) =>
  [`job_run_duration_seconds_${part},job_name="${JOB}",status="success"}`, endedAt(...ends)] as const;

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
      [`slo:good_slice:bool{job_name="${JOB}",slo="source-freshness",source="a"}`]: () => 0,
      ...declared(JOB, { bound: 60 }),
      ...Object.fromEntries([
        runs('count{instance="a"', minutes(20), minutes(100)),
        runs('bucket{instance="a",le="60"', minutes(100)),
      ]),
      // Theirs: half of the requests to a checkout fail, an import is late, and its runs have bounds of their own.
      ...Object.fromEntries(
        SHORT.flatMap((window) => [
          [`slo:events:increase${window}{http_route="/checkout",slo="checkout"}`, () => 10],
          [`slo:bad_events:increase${window}{http_route="/checkout",slo="checkout"}`, () => 5],
        ]),
      ),
      'slo:objective:ratio{http_route="/checkout",slo="checkout"}': () => 0.5,
      [`slo:good_slice:bool{job_name="${JOB}",slo="imports"}`]: () => 0,
      [`slo:latency_bucket:weight{job_name="${JOB}",le="60",slo="imports"}`]: () => 0.5,
    },
    expects: {
      [END]: {
        ...Object.fromEntries(
          SHORT.map((window) => [
            `bad_events:increase${window}`,
            [route(0), [{ http_route: '/checkout', slo: 'checkout' }, 5]],
          ]),
        ),
        'bad_events:increase1d': [
          ...duration(1),
          route(0),
          source(END / 60 + 1),
          [{ http_route: '/checkout', slo: 'checkout' }, (5 * END) / minutes(5) + 5],
          [{ job_name: JOB, slo: 'imports' }, END / 60 + 1],
        ],
        'bad_events:increase_window': [
          ...duration(1),
          route(0),
          source(END / 60 + 1),
          // Their slices of five minutes are summed like ours: the sum is the same in both files.
          [{ http_route: '/checkout', slo: 'checkout' }, (5 * END) / minutes(5) + 5],
          [{ job_name: JOB, slo: 'imports' }, END / 60 + 1],
        ],
        'allowed_events:increase_window': [
          ...duration(1),
          route(0.001 * 1_200),
          source(0.05 * (END / 60 + 1)),
        ],
        ...Object.fromEntries(WINDOWS.map((window) => [`burn_rate:ratio${window}`, [route(0), source(20)]])),
      },
    },
  },
];
