import {
  jobConsecutiveFailures,
  jobDurationObjective,
  jobEnabled,
  jobFreshnessObjective,
  jobInterval,
  syncSourcesConfigured,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { type MetricReference, promql, type Query, type RecordedSeries } from '../../engine/promql/promql.ts';
import { clockTolerance } from './thresholds.ts';

/*
 * What the processes of a job last said of it. A dead process exports nothing, and an alert whose series vanish resolves; so what is known is
 * carried on while it is gone, each evaluation taking up what the one before recorded. Several replicas are one job: the one that runs it
 * speaks for all. A job that nobody has declared for a week is forgotten.
 */

/** How long a job that is gone is waited for. Needs as much retention; Prometheus keeps 15 days unless told otherwise. */
export const REMEMBERED = days(7);

export const PER_JOB = ['job_name'] as const;

/** The declared interval of every job that was there in the last week: the register of jobs. */
export const interval: Recording = {
  record: 'job_name:job_interval_seconds:last_known',
  labels: PER_JOB,
  expr: promql`max by (job_name) (${jobInterval})
    or on (job_name)
    max by (job_name) (last_over_time(${jobInterval}[${REMEMBERED}]))`,
};

/** What the evaluation before recorded, of jobs that are in the register. */
export const before = (series: RecordedSeries): Query => promql`(${series} and on (job_name) ${interval})`;

/** What the processes say now, else what was known of a job whose processes are gone. */
export function lastKnown(metric: MetricReference): Recording {
  const series = { record: `job_name:${metric.descriptor.name}:last_known`, labels: PER_JOB };
  return {
    ...series,
    expr: promql`max by (job_name) (${metric})
      or on (job_name)
      ${before(series)}`,
  };
}

/** The times that a metric gives, without those that are still to come: a clock that is ahead says nothing. */
export const past = (timestamp: MetricReference): Query => promql`${timestamp} <= ${clockTolerance} + time()`;

export const enabled = lastKnown(jobEnabled);
export const freshnessObjective = lastKnown(jobFreshnessObjective);
export const durationObjective = lastKnown(jobDurationObjective);
export const consecutiveFailures = lastKnown(jobConsecutiveFailures);
/** How many sources a job that is a sync fetches from; the age of what they gave is told of by source. */
export const sourcesConfigured = lastKnown(syncSourcesConfigured);

/** Jobs that are meant to run. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Jobs that have been disabled. */
export const isDisabled = promql`(${enabled} == 0)`;
