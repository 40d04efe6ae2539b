import { grownIn, jobs, promql, type Query, type Window, where } from '@sightglass/rules';

/*
 * Runs are counted by the totals of the rules: a status is a series only once a run ended so, and a process that runs once is gone before a rate
 * could be taken.
 */

/** A count for each job, 0 for a job that has none. */
export const orNone = (count: Query): Query => promql`(${count} or on (job_name) 0 * ${jobs.interval})`;

/** Runs of each job in a window up to now that ended in one of these ways. */
export const runsIn = (window: Window, status: readonly string[]): Query =>
  orNone(promql`sum by (job_name) (${grownIn(where(jobs.runsTotal, { status }), window)})`);
