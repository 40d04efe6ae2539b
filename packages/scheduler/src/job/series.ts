import { PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import * as metrics from './metrics.ts';
import type { JobFacts } from './options.ts';
import type { RunStatus } from './outcomes.ts';

/**
 * Creates at zero the series of what can happen to the job from now on, by what its declaration says; any other is created when it first happens, so that no job pays for what it
 * never does. A run of another trigger than the schedule, one that is cancelled, and the durations of runs that did not succeed come with their first.
 */
export function initSeries(options: JobFacts): void {
  const { name: job_name, timeoutSeconds, overlap, errorTypes = [TIMEOUT, PROCESS_ERROR] } = options;
  metrics.jobRunDuration.boundsFor({ job_name }, boundsOf(options));
  initRuns(job_name, 'success', 'failed');
  if (timeoutSeconds !== undefined) initRuns(job_name, 'timeout');
  if (overlap === 'skip') initRuns(job_name, 'skipped_overlap');
  metrics.jobRunDuration.init({ job_name, status: 'success' });
  metrics.jobStartLateness.init({ job_name });
  metrics.jobRetries.init({ job_name });
  for (const error_type of errorTypes) metrics.jobErrors.init({ job_name, error_type });
}

/** Creates at zero what a scheduler within this process can show: only where its starts are watched can one be missed, or be held back without a word. */
export const initWatched = (job_name: string): void => initRuns(job_name, 'missed', 'skipped_overlap');

/** Creates at zero the counters of runs by the schedule with these statuses. */
export function initRuns(job_name: string, ...statuses: readonly RunStatus[]): void {
  for (const status of statuses) metrics.jobRuns.init({ job_name, trigger: 'scheduled', status });
}

/**
 * The buckets of a job's durations: those of the metric, the duration that was promised, so that counting the runs within it needs no interpolation, and none beyond the time limit,
 * which no run takes longer than. All statuses have the same, so that they can be added up.
 */
function boundsOf({
  durationObjectiveSeconds: promised,
  timeoutSeconds: limit = Infinity,
}: JobFacts): number[] {
  const declared = metrics.jobRunDuration.descriptor.buckets ?? [];
  const bounds = [...new Set([...declared, ...(promised === undefined ? [] : [promised])])].sort(
    (a, b) => a - b,
  );
  return bounds.filter((bound, i) => bound === promised || i === 0 || bounds[i - 1]! < limit);
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
