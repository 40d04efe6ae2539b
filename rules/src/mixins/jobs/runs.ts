import { processResidentMemory } from '@sightglass/core/metrics';
import {
  jobEnabled,
  jobLastRun,
  jobLastRunDuration,
  jobRunDuration,
  jobRunning,
  jobRuns,
  jobStartLateness,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { windowsFor } from '../../engine/model/windows.ts';
import { minutes } from '../../engine/promql/duration.ts';
import {
  countOf,
  type MetricReference,
  promql,
  type RecordedSeries,
  sumOf,
  where,
} from '../../engine/promql/promql.ts';
import { before, interval, PER_JOB } from './last-known.ts';

/** Long enough for four scrapes a minute apart, as where metrics are pushed. */
const JUST_NOW = minutes(5);

/** The window of each job, and expressions over it. */
export const { windowSeconds, overWindow } = windowsFor(interval, 'job_name:job_window_seconds:selected');

/** How a run ends that says something of the job. One that was cancelled, skipped or missed does not. */
const JUDGED = ['success', 'partial', 'failed', 'timeout'] as const;
const FAILED = ['failed', 'timeout'] as const;

/** Runs in the window by how they ended. */
export const runsInWindow: Recording = {
  record: 'job_name_status:job_runs:increase_window',
  labels: ['job_name', 'status'],
  expr: overWindow(
    (window) => promql`sum by (job_name, status) (increase(${jobRuns.where({ status: JUDGED })}[${window}]))`,
  ),
};

/** How long runs took in the window, all together. */
const runTimeInWindow: Recording = {
  record: 'job_name:job_run_duration_seconds_sum:increase_window',
  labels: PER_JOB,
  expr: overWindow(
    (window) =>
      promql`sum by (job_name) (increase(${sumOf(jobRunDuration.where({ status: JUDGED }))}[${window}]))`,
  ),
};

/** A figure of the window for each run; absent while none ended. */
const perRun = (figure: Recording) =>
  promql`${figure} / on (job_name) (sum by (job_name) (${runsInWindow}) > 0)`;

export const failedInWindow: Recording = {
  record: 'job_name:job_runs_failed:increase_window',
  labels: PER_JOB,
  expr: promql`sum by (job_name) (${where(runsInWindow, { status: FAILED })})`,
};

/** The share of runs that failed, 0 to 1. */
export const failedShare: Recording = {
  record: 'job_name:job_runs_failed:ratio_window',
  labels: PER_JOB,
  expr: perRun(failedInWindow),
};

/** How long runs took on average. */
export const meanDuration: Recording = {
  record: 'job_name:job_run_duration_seconds:mean_window',
  labels: PER_JOB,
  expr: perRun(runTimeInWindow),
};

/** In the order in which they read each other. */
export const windowRecordings: readonly Recording[] = [
  windowSeconds,
  runsInWindow,
  runTimeInWindow,
  failedInWindow,
  failedShare,
  meanDuration,
];

/** What the replica says that ran last; the others say what was true when they did. Kept while all are gone. */
export function ofLastRun(metric: MetricReference): Recording {
  const series: RecordedSeries = { record: `job_name:${metric.descriptor.name}:last_known`, labels: PER_JOB };
  return {
    ...series,
    expr: promql`max by (job_name) (
        ${metric}
        and on (job_name, job, instance)
        (${jobLastRun} == on (job_name) group_left () max by (job_name) (${jobLastRun}))
      )
      or on (job_name)
      ${before(series)}`,
  };
}

export const lastDuration = ofLastRun(jobLastRunDuration);

const LATENESS: RecordedSeries = {
  record: 'job_name:job_start_lateness_seconds:last_known',
  labels: PER_JOB,
};

/** How late the latest starts were; starts of the same five minutes count together. */
export const lateness: Recording = {
  ...LATENESS,
  expr: promql`sum by (job_name) (increase(${sumOf(jobStartLateness)}[${JUST_NOW}]))
    / (sum by (job_name) (increase(${countOf(jobStartLateness)}[${JUST_NOW}])) > 0)
    or on (job_name)
    ${before(LATENESS)}`,
};

const OVERLAP: RecordedSeries = {
  record: 'job_name:job_overlap_timestamp_seconds:last_known',
  labels: PER_JOB,
};

/** When runs last met: a start was skipped because one was under way, or two were, in one process or in two. */
export const overlap: Recording = {
  ...OVERLAP,
  expr: promql`0 * (
      (sum by (job_name) (increase(${jobRuns.where({ status: 'skipped_overlap' })}[${JUST_NOW}])) > 0)
      or
      (sum by (job_name) (${jobRunning}) > 1)
    ) + time()
    or on (job_name)
    ${before(OVERLAP)}`,
};

/** Memory of the largest process that declares the job. */
export const memory: Recording = {
  record: 'job_name:process_resident_memory_bytes:max',
  labels: PER_JOB,
  expr: promql`max by (job_name) (0 * ${jobEnabled} + on (job, instance) group_left () ${{ descriptor: processResidentMemory }})`,
};
