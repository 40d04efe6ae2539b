import { processResidentMemory } from '@sightglass/core/metrics';
import { runStatuses } from '@sightglass/scheduler';
import {
  jobConsecutiveFailures,
  jobEnabled,
  jobInterval,
  jobLastRun,
  jobRunDuration,
  jobRunning,
  jobRuns,
  jobStartLateness,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { windowsFor } from '../../engine/model/windows.ts';
import { countOf, larger, promql, type RecordedSeries, sumOf, where } from '../../engine/promql/promql.ts';
import { counting, grownIn, justGrown, sharedNames } from '../../engine/remembered/index.ts';
import { interval, job, lastRun, PER_JOB } from './recordings.ts';

/*
 * How often runs of jobs ended in which way, and what follows from it. Everything here is evaluated together, as it reads what has just happened.
 */

/**
 * What the status of a run says is the scheduler package's to know. `JUDGED` says something of the job, which one that was cancelled, handed back, skipped or missed does not. `BEGAN` are
 * runs to be counted: one that was handed back is the same run again when its queue starts it later, and counts then.
 */
export const { judged: JUDGED, failed: FAILED, notFailed: NOT_FAILED, counted: BEGAN } = runStatuses;

const counts = counting('jobs');
const { known } = job;

const runs = counts.total(jobRuns, { labels: ['job_name', 'status'], known });
const runTime = counts.total(sumOf(jobRunDuration.where({ status: JUDGED })), { labels: PER_JOB, known });
const latenessSum = counts.total(sumOf(jobStartLateness), { labels: PER_JOB, known });
const latenessCount = counts.total(countOf(jobStartLateness), { labels: PER_JOB, known });

const manualRuns = counts.total(jobRuns.where({ trigger: 'manual', status: BEGAN }), {
  labels: PER_JOB,
  name: 'job_manual_runs',
  known,
});

/** Runs since the job was first known that somebody started by hand. */
export const manualRunsTotal: RecordedSeries = manualRuns.series;

/** Runs since the job was first known, by how they ended. */
export const runsTotal: RecordedSeries = runs.series;
const failedRuns = promql`sum by (job_name) (${where(runsTotal, { status: FAILED })})`;

/** The window of each job, and expressions over it. */
export const { windowSeconds, overWindow } = windowsFor(interval, 'job_name:job_window_seconds:selected');

/** Runs in the window by how they ended. */
export const runsInWindow: Recording = {
  record: 'job_name_status:job_runs:increase_window',
  labels: ['job_name', 'status'],
  expr: overWindow((window) => grownIn(where(runsTotal, { status: JUDGED }), window)),
};

/** How long runs took in the window, all together. */
const runTimeInWindow: Recording = {
  record: 'job_name:job_run_duration_seconds_sum:increase_window',
  labels: PER_JOB,
  expr: overWindow((window) => grownIn(runTime.series, window)),
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

/** How many runs had failed when one last did not. */
const failedBefore = job.recording(
  'job_runs_failed:at_last_good_run',
  (self) => promql`(${failedRuns} and on (job_name) ${justGrown(where(runsTotal, { status: NOT_FAILED }))})
    or on (job_name)
    ${known(self)}
    or on (job_name)
    0 * ${failedRuns}`,
);

/** Failures since a run last did not fail, whichever process ran it: counted, so that processes that run once count too. */
export const countedInARow: Recording = {
  record: 'job_name:job_consecutive_failures:counted',
  labels: PER_JOB,
  expr: promql`${failedRuns} - on (job_name) ${failedBefore}`,
};

/** How late the latest starts were; starts that were seen together count together. */
export const lateness = job.recording(
  'job_start_lateness_seconds:last_known',
  (self) => promql`${justGrown(latenessSum.series)} / on (job_name) ${justGrown(latenessCount.series)}
    or on (job_name)
    0 * ${justGrown(latenessCount.series)}
    or on (job_name)
    ${known(self)}`,
);

/** When runs last met: a start was skipped because one was under way, or two were, in one process or in two. */
export const overlap = job.recording(
  'job_overlap_timestamp_seconds:last_known',
  (
    self,
  ) => promql`0 * sum by (job_name) (${justGrown(where(runsTotal, { status: 'skipped_overlap' }))}) + time()
    or on (job_name)
    0 * (sum by (job_name) (${counts.once(jobRunning)}) > 1) + time()
    or on (job_name)
    ${known(self)}`,
);

/** How many services declare a job of this name, where it is more than one. */
export const services = sharedNames(jobInterval, PER_JOB, 'job');

/** Memory of each process that has jobs. */
export const processMemory: Recording = {
  record: 'job_instance:process_resident_memory_bytes:of_jobs',
  labels: ['job', 'instance'],
  expr: promql`max by (job, instance) (${{ descriptor: processResidentMemory }}) and on (job, instance) ${jobEnabled}`,
};

/** In the order in which they read each other. */
export const windowRecordings: readonly Recording[] = [
  ...counts.processes,
  ...[runs, manualRuns, runTime, latenessSum, latenessCount].flatMap(({ recordings }) => recordings),
  windowSeconds,
  runsInWindow,
  runTimeInWindow,
  failedInWindow,
  failedShare,
  meanDuration,
  failedBefore,
  countedInARow,
  lateness,
  overlap,
  services,
  processMemory,
];

/** What the replica that ran last says of its failures in a row: it knows the order of runs that are counted together. */
const reportedInARow = job.ofLatest(jobConsecutiveFailures, jobLastRun, lastRun, 'reported');

/** Failures in a row, counted over processes or within the one that ran last, whichever knows of more. */
export const consecutiveFailures: Recording = {
  record: 'job_name:job_consecutive_failures:last_known',
  labels: PER_JOB,
  expr: larger(PER_JOB, countedInARow, reportedInARow),
};

/** Evaluated after the times of runs. */
export const failureRecordings: readonly Recording[] = [reportedInARow, consecutiveFailures];
