import { metricsWith, processStore, showState } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { declaredJobs } from './registry.ts';

/** What says of a job that it is gone outlives it. */
const { jobLifecycle: _, ...mortal } = metrics;
const endsWithJobs = [metricsWith(mortal, 'job_name')];

/** Adds the metrics of a domain that is built on jobs, so that they end with the job. `more` is the module that declares them. */
export function endsWithJob(more: object): void {
  endsWithJobs.push(metricsWith(more, 'job_name'));
}

/** Ends every series of a job but its lifecycle. */
export function endSeries(job_name: string): void {
  for (const kept of endsWithJobs) kept.removeSeries({ job_name });
}

/** Whether a person said that the job is gone; then nothing more is recorded of it, until it is declared again. */
export function isRetired(job_name: string): boolean {
  return metrics.jobLifecycle.peek({ job_name, state: 'retired' }) === 1;
}

/**
 * Says that a job is gone for good, though this code no longer declares it: renamed, or removed. It exports `job_lifecycle_state{state="retired"}` and nothing else, so that
 * no alert waits for it any more. Call it at the start of the version that lacks the job, and leave it there for as long as the job may be remembered (two weeks).
 * A job that is declared in this process is retired as by `job.retire()`. Never throws.
 * @example
 * retireJob('nightly-report'); // is 'daily-report' now
 */
export function retireJob(name: string): void {
  if (typeof name !== 'string' || name === '') {
    processStore().refused(metrics.jobLifecycle.descriptor.name);
    return;
  }
  const tracker = declaredJobs().get(name);
  if (tracker !== undefined) tracker.retire();
  else showState(metrics.jobLifecycle, { job_name: name }, 'retired');
  endSeries(name);
}

/**
 * Says of every job of this process that it is stopping, because the process ends: `process.once('SIGTERM', stopJobs)`. See `job.stop()`. Never throws.
 */
export function stopJobs(): void {
  for (const tracker of declaredJobs().values()) tracker.stop();
}
