import { processResidentMemory } from '@sightglass/core/metrics';
import { runStatuses } from '@sightglass/scheduler';
import { jobEnabled, jobRuns } from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { scheduledCounts } from '../../engine/scheduled/index.ts';
import { job, jobTimes, PER_JOB, scheduledJobs } from './recordings.ts';

/*
 * How often runs of jobs ended in which way, and what follows from it. Everything here is evaluated together, as it reads what has just happened.
 */

/**
 * What the status of a run says is the scheduler package's to know. `JUDGED` says something of the job, which one that was cancelled, handed back, skipped or missed does not. `BEGAN` are
 * runs to be counted: one that was handed back is the same run again when its queue starts it later, and counts then.
 */
export const { judged: JUDGED, failed: FAILED, notFailed: NOT_FAILED, counted: BEGAN } = runStatuses;

const jobCounts = scheduledCounts('jobs', scheduledJobs, jobTimes, runStatuses);

export const {
  runsTotal,
  windowSeconds,
  overWindow,
  runsInWindow,
  failedInWindow,
  failedShare,
  meanDuration,
  countedInARow,
  lateness,
  overlap,
  services,
  consecutiveFailures,
} = jobCounts;

const manualRuns = jobCounts.counts.total(jobRuns.where({ trigger: 'manual', status: BEGAN }), {
  labels: PER_JOB,
  name: 'job_manual_runs',
  known: job.known,
});

/** Runs since the job was first known that somebody started by hand. */
export const manualRunsTotal: RecordedSeries = manualRuns.series;

/** Memory of each process that has jobs. */
export const processMemory: Recording = {
  record: 'job_instance:process_resident_memory_bytes:of_jobs',
  labels: ['job', 'instance'],
  expr: promql`max by (job, instance) (${{ descriptor: processResidentMemory }}) and on (job, instance) ${jobEnabled}`,
};

/** In the order in which they read each other. */
export const windowRecordings: readonly Recording[] = [
  ...jobCounts.counts.processes,
  ...jobCounts.totals,
  ...manualRuns.recordings,
  ...jobCounts.recordings,
  processMemory,
];

/** Evaluated after the times of runs. */
export const failureRecordings: readonly Recording[] = jobCounts.afterTimes;
