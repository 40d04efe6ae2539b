import { PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import * as metrics from './metrics.ts';
import { RUN_STATUSES, TRIGGERS } from './outcomes.ts';

/** Gives birth to every series that the job can have, at zero. Only the schedule can miss a run. */
export function initSeries(job_name: string, errorTypes: readonly string[] = [TIMEOUT, PROCESS_ERROR]): void {
  for (const trigger of TRIGGERS) {
    for (const status of RUN_STATUSES) {
      if (status !== 'missed' || trigger === 'scheduled') metrics.jobRuns.init({ job_name, trigger, status });
    }
  }
  metrics.jobRunDuration.init({ job_name });
  metrics.jobStartLateness.init({ job_name });
  metrics.jobRetries.init({ job_name });
  for (const error_type of errorTypes) metrics.jobErrors.init({ job_name, error_type });
}

/** The gauges of one job, bound once. */
export function gaugesOf(job_name: string) {
  const labels = { job_name };
  return {
    running: metrics.jobRunning.bind(labels),
    runStarted: metrics.jobRunStarted.bind(labels),
    lastRun: metrics.jobLastRun.bind(labels),
    lastRunDuration: metrics.jobLastRunDuration.bind(labels),
    lastSuccess: metrics.jobLastSuccess.bind(labels),
    nextRun: metrics.jobNextRun.bind(labels),
    consecutiveFailures: metrics.jobConsecutiveFailures.bind(labels),
    enabled: metrics.jobEnabled.bind(labels),
  };
}
