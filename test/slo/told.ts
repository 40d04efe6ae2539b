import { hours, minutes, type Pace } from '../scenario/world/time.ts';
import type { Told } from './history.ts';

/** For slices over weeks: each is an hour. */
export const HOURLY: Pace = { scrape: hours(1), evaluation: hours(1) };

/** For counts of runs over weeks, which nothing is recorded for in between. */
export const BY_RUNS: Pace = { scrape: hours(1), evaluation: hours(6) };

/** For traffic: slices of five minutes, each evaluated once. */
export const BY_SLICES: Pace = { scrape: minutes(1), evaluation: minutes(5) };

export const SIX_HOURS = hours(6);

/** What is known of a job that is declared, by the names under which `jobs.yml` keeps it: its interval, its promises, how old its runs are. */
export const declared = (
  job_name: string,
  {
    interval = SIX_HOURS,
    ...others
  }: {
    interval?: number;
    objective?: number;
    bound?: number;
    freshness?: number;
    runAge?: Told;
    dataAge?: Told;
    enabled?: Told;
  } = {},
): { readonly [series: string]: Told } => {
  const told = (name: string, value: number | Told | undefined): { readonly [series: string]: Told } =>
    value === undefined
      ? {}
      : {
          [`job_name:${name}:last_known{job_name="${job_name}"}`]:
            typeof value === 'number' ? () => value : value,
        };
  return {
    ...told('job_interval_seconds', interval),
    ...told('job_duration_objective_seconds', others.bound),
    ...told('job_freshness_objective_seconds', others.freshness),
    ...told('job_run_age_seconds', others.runAge),
    ...(others.dataAge === undefined
      ? {}
      : { [`job_name:job_data_age_seconds:judged{job_name="${job_name}"}`]: others.dataAge }),
    ...told('job_enabled', others.enabled),
    ...(others.objective === undefined
      ? {}
      : {
          [`job_name:job_success_objective_ratio:last_known{job_name="${job_name}"}`]: () => others.objective,
        }),
  };
};

/** The counters of a job's runs by status. */
export const runs = (
  job_name: string,
  counts: { readonly [status: string]: Told },
  instance = 'a',
): { readonly [series: string]: Told } => {
  const none: Told = () => 0;
  return Object.fromEntries(
    Object.entries({ success: none, failed: none, ...counts }).map(([status, told]) => [
      `job_runs_total{instance="${instance}",job_name="${job_name}",status="${status}",trigger="scheduled"}`,
      told,
    ]),
  );
};

/** The runs of a job that took longer than it declares. */
export const slow = (job_name: string, told: Told, instance = 'a'): { readonly [series: string]: Told } => ({
  [`job_slow_runs_total{instance="${instance}",job_name="${job_name}"}`]: told,
});

/** A process that began at a time and is scraped from then on: what it counts from its first scrape on has happened in it. */
export const began = (instance: string, at = 0): { readonly [series: string]: Told } => ({
  [`sightglass_process_start_timestamp_seconds{instance="${instance}",process_id="${instance}-${at}"}`]: (
    time,
  ) => (time < at ? undefined : at),
});

/** A counter that only grows: how much of it there is at each time. */
export type Count = (time: number) => number;

/** How many of the runs at these times (in seconds) are over. */
export const endedAt =
  (...times: readonly number[]): Count =>
  (time) =>
    times.filter((end) => end <= time).length;

/** Runs at each multiple of the interval, less those at these times. */
export const every =
  (interval: number, ...but: readonly number[]): Count =>
  (time) =>
    Math.floor(time / interval) - but.filter((end) => end <= time).length;
