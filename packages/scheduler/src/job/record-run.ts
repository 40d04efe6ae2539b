import { processStore } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { type EndStatus, isOneOf, runStatuses, type Trigger } from './outcomes.ts';
import { gaugesOf } from './series.ts';

/** Records that a run of the job has just ended, and how. */
export function recordRun(
  job_name: string,
  trigger: Trigger,
  status: EndStatus,
  durationSeconds: number,
): void {
  metrics.jobRuns.add(1, { job_name, trigger, status });
  metrics.jobRunDuration.record(durationSeconds, { job_name, status });
  if (isSlow(job_name, status, durationSeconds)) metrics.jobSlowRuns.add(1, { job_name });
  const nowSeconds = processStore().clock.wallMs() / 1000;
  const gauges = gaugesOf(job_name);
  gauges.lastRun.set(nowSeconds);
  gauges.lastRunDuration.set(durationSeconds);
  if (status === 'success') gauges.lastSuccess.set(nowSeconds);
  if (isOneOf(runStatuses.failed, status)) gauges.consecutiveFailures.add(1);
  else if (isOneOf(runStatuses.notFailed, status)) gauges.consecutiveFailures.set(0);
}

/** Whether a run took longer than its job promises. One that failed, was cancelled or was handed back says nothing of how long the work takes. */
function isSlow(job_name: string, status: EndStatus, durationSeconds: number): boolean {
  const objective = metrics.jobDurationObjective.series.peek({ job_name })?.value;
  if (objective === undefined || !isOneOf(runStatuses.timed, status)) return false;
  return status === 'timeout' || durationSeconds > objective;
}
