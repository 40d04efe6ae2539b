import { days, hours, minutes } from '../scenario/world/time.ts';
import type { Told } from './history.ts';
import { type Count, declared, endedAt, every, SIX_HOURS } from './told.ts';

/** 33 days that end with January 2026. */
export const END = Date.UTC(2026, 1, 1) / 1_000;
export const START = END - days(33);

export const JOB = 'pricing-sync';
export const ROUTE = '/admin/sync';
/** Times are told since the start; days here are of the last month. */
const day = (number: number): number => days(2 + number);

/** Runs end at half past 0, 6, 12 and 18. That of day 29 at half past six fails, that of day 26 at half past twelve takes 300 s. */
const HALF = minutes(30);
const FAILED = day(29) + hours(6.5);
const SLOW = day(26) + hours(12.5);

/** On day 21 the runs of six and of twelve do not take place: the last one is too old from half past eight to half past eighteen. */
const MISSING = [day(21) + hours(6.5), day(21) + hours(12.5)];

/** How long ago the last run of the timetable ended, those apart that are missing. */
const age =
  (...missing: readonly number[]): Told =>
  (time) => {
    let latest = Math.floor((time - HALF) / SIX_HOURS) * SIX_HOURS + HALF;
    while (missing.includes(latest)) latest -= SIX_HOURS;
    return time - latest;
  };

const BUCKETS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600];
const duration = (suffix: string, le?: string) =>
  `job_run_duration_seconds_${suffix}{instance="a",job_name="${JOB}",${le === undefined ? '' : `le="${le}",`}status="success"}`;
const request = (status: string, told: Told): { readonly [series: string]: Told } => ({
  [`http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="${status}",http_route="${ROUTE}",instance="a"}`]:
    told,
});

const good: Count = (time) => every(SIX_HOURS)(time + SIX_HOURS - HALF) - endedAt(...MISSING, FAILED)(time);

/** A month of a job every six hours and of an admin endpoint, as a Prometheus would have scraped it. */
export const month: { readonly [series: string]: Told } = {
  ...declared(JOB, {
    bound: 60,
    freshness: hours(8),
    runAge: age(...MISSING),
    successAge: age(...MISSING, FAILED),
    enabled: () => 1,
  }),
  [`job_runs_total{instance="a",job_name="${JOB}",status="success",trigger="scheduled"}`]: good,
  [`job_runs_total{instance="a",job_name="${JOB}",status="failed",trigger="scheduled"}`]: (time) =>
    time < FAILED ? 0 : 1,
  ...Object.fromEntries(
    BUCKETS.map((le) => [
      duration('bucket', String(le)),
      (time: number) => (le < 10 ? 0 : good(time) - (le < 300 && time >= SLOW ? 1 : 0)),
    ]),
  ),
  [duration('bucket', '+Inf')]: good,
  [duration('count')]: good,
  // Ten requests a minute. 500 errors on the first day, which is older than 30 days; 100 on day 10.
  ...request('200', (time) => time / 6),
  ...request(
    '503',
    (time) =>
      (time < hours(6) ? 0 : 500) +
      Math.min(100, Math.max(0, Math.floor((time - day(10) - hours(3)) / minutes(1)))),
  ),
};
