import {
  jobConsecutiveFailures,
  jobDeclared,
  jobDurationObjective,
  jobFreshnessObjective,
  jobInterval,
  jobLastRun,
  jobLastRunDuration,
  jobLastSuccess,
  jobLifecycle,
  jobNextRun,
  jobOwner,
  jobPages,
  jobRunDuration,
  jobRunning,
  jobRunStarted,
  jobRuns,
  jobStartLateness,
  jobSuccessObjective,
  syncSourcesConfigured,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql } from '../../engine/promql/promql.ts';
import { type ScheduledOptions, scheduledTimes } from '../../engine/scheduled/index.ts';
import {
  clockTolerance,
  defaultDuration,
  keptFreshness,
  lateEndSeconds,
  lateEndShare,
  startTolerance,
  startToleranceRatio,
  stuckRatio,
} from './thresholds.ts';

/*
 * What is declared of jobs, what people said of them, and when they ran and should have.
 */

export const PER_JOB = ['job_name'] as const;

export const scheduledJobs: ScheduledOptions = {
  label: 'job_name',
  noun: 'job',
  metrics: {
    interval: jobInterval,
    freshnessObjective: jobFreshnessObjective,
    successObjective: jobSuccessObjective,
    durationObjective: jobDurationObjective,
    lifecycle: jobLifecycle,
    owner: jobOwner,
    pages: jobPages,
    declared: jobDeclared,
    nextRun: jobNextRun,
    running: jobRunning,
    runStarted: jobRunStarted,
    lastRun: jobLastRun,
    lastRunDuration: jobLastRunDuration,
    lastSuccess: jobLastSuccess,
    consecutiveFailures: jobConsecutiveFailures,
    runs: jobRuns,
    runDuration: jobRunDuration,
    startLateness: jobStartLateness,
  },
  thresholds: {
    clockTolerance,
    keptFreshness,
    lateEndSeconds,
    lateEndShare,
    startTolerance,
    startToleranceRatio,
    stuckRatio,
  },
};

export const jobTimes = scheduledTimes(scheduledJobs);

export const {
  thing: job,
  interval,
  freshnessObjective,
  durationObjective,
  successObjective,
  enabled,
  isEnabled,
  isDisabled,
  ownership,
  exportedBy,
  view,
  lastRun,
  lastSuccess,
  lastDuration,
  accounted,
  firstSuccessAwaited,
  runAge,
  successAge,
  dataAge,
  atWork,
  endsWithin,
  standstill,
  due,
  overdue,
  running,
  isGone,
  isStuck,
} = jobTimes;

/** How many sources a job that is a sync fetches from; the age of what they gave is told of by source. */
export const sourcesConfigured = job.stated(syncSourcesConfigured);

/** How long a run may take, also of a job that has not said so: what `declareJob` assumes. Nobody is paged by it. */
export const expectedDuration = promql`(${durationObjective} or on (job_name) clamp_max(${interval}, ${defaultDuration}))`;

/** In the order in which they read each other. */
export const jobRecordings: readonly Recording[] = [...jobTimes.recordings, sourcesConfigured];
