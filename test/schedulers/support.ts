import { readMetric } from '@sightglass/core/testing';
import { RUN_STATUSES, TRIGGERS } from '@sightglass/scheduler';
import * as metrics from '@sightglass/scheduler/metrics';
import { type WaitOptions, waitUntil } from '@sightglass/test-tools';

/** The runs of a job that are not zero: `{ 'scheduled success': 2 }`. */
export function runsOf(job_name: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const trigger of TRIGGERS) {
    for (const status of RUN_STATUSES) {
      const count = readMetric(metrics.jobRuns, { job_name, trigger, status });
      if (count !== undefined && count > 0) found[`${trigger} ${status}`] = count;
    }
  }
  return found;
}

/** What else is known of a job. */
export const stateOf = (job_name: string) => ({
  running: readMetric(metrics.jobRunning, { job_name }),
  runStarted: readMetric(metrics.jobRunStarted, { job_name }),
  lastSuccess: readMetric(metrics.jobLastSuccess, { job_name }),
  nextRun: readMetric(metrics.jobNextRun, { job_name }),
  failures: readMetric(metrics.jobConsecutiveFailures, { job_name }),
  retries: readMetric(metrics.jobRetries, { job_name }),
  lateness: readMetric(metrics.jobStartLateness, { job_name }) ?? { count: 0, sum: 0, buckets: [] },
});

/** Waits until a job has at least this many runs of this kind. */
export const untilRuns = (
  job: string,
  kind: string,
  count = 1,
  options: Pick<WaitOptions, 'timeoutMs'> = {},
) =>
  waitUntil(() => (runsOf(job)[kind] ?? 0) >= count, { ...options, what: `${count} × "${kind}" of ${job}` });

/** Waits until a run of the job is under way. */
export const untilRunning = (job: string) =>
  waitUntil(() => (stateOf(job).running ?? 0) > 0, { what: `a run of ${job}` });

/** Work that ends when the test says so, once; later runs end at once. */
export function held(): { readonly work: () => Promise<void>; end(): void } {
  let end!: () => void;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end };
}

/** Holds up the event loop, as computing does. */
export function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Resolves just before a whole second: at most `leadMs` before it, and not in the last 10 ms, in which a timer may be on its way. */
export async function justBeforeASecond(leadMs: number): Promise<void> {
  const leftMs = () => 1_000 - (Date.now() % 1_000);
  while (leftMs() > leadMs || leftMs() < 10) {
    const waitMs = leftMs() - leadMs;
    await new Promise((resolve) => setTimeout(resolve, waitMs > 0 ? waitMs : 20));
  }
}
