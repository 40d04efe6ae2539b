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

const good: Count = (time) => every(SIX_HOURS)(time + SIX_HOURS - HALF) - endedAt(...MISSING, FAILED)(time);

const errors: Count = (time) =>
  (time < hours(6) ? 0 : 500) +
  Math.min(100, Math.max(0, Math.floor((time - day(10) - hours(3)) / minutes(1))));

/** The totals that SLOs are counted by. Promtool evaluates no rule that takes up what it recorded before, so they are told. */
function totals(
  slo: string,
  subject: { readonly [label: string]: string },
  events: Count,
  bad: Count,
): { readonly [series: string]: Told } {
  const labels = Object.entries({ ...subject, slo }).map(([name, value]) => `${name}="${value}"`);
  return {
    [`slo:events:total{${labels}}`]: events,
    [`slo:bad_events:total{${labels}}`]: bad,
  };
}

/** How far apart slices are. */
export const STEP = minutes(5);

/** Slices of the job, counted one by one. */
function slices(slo: string, isGood: (time: number) => boolean): { readonly [series: string]: Told } {
  const bad: number[] = [];
  for (let at = 0; at <= END - START; at += STEP) bad.push((bad.at(-1) ?? 0) + (isGood(at) ? 0 : 1));
  return totals(
    slo,
    { job_name: JOB },
    (time) => time / STEP + 1,
    (time) => bad[Math.floor(time / STEP)]!,
  );
}

/** A month of a job every six hours and of an admin endpoint, as a Prometheus would have scraped it. */
export const month: { readonly [series: string]: Told } = {
  ...declared(JOB, {
    bound: 60,
    freshness: hours(8),
    runAge: age(...MISSING),
    dataAge: age(...MISSING, FAILED),
    enabled: () => 1,
  }),
  ...totals(
    'job-success',
    { job_name: JOB },
    (time) => good(time) + (time < FAILED ? 0 : 1),
    endedAt(FAILED),
  ),
  ...totals('job-duration', { job_name: JOB }, good, endedAt(SLOW)),
  // Late after eight hours, and the minute that a run may take.
  ...slices('job-availability', (time) => age(...MISSING)(time)! <= hours(8) + 60),
  ...slices('job-freshness', (time) => age(...MISSING, FAILED)(time)! <= hours(8)),
  'slo:slice:seconds': () => STEP,
  // Ten requests a minute. 500 errors on the first day, which is older than 30 days; 100 on day 10.
  ...totals('admin-availability', { http_route: ROUTE }, (time) => time / 6 + errors(time), errors),
};
