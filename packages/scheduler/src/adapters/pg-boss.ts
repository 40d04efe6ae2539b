import { numberOf, processStore, QUEUE, readable } from '@sightglass/core/authors';
import type { CronJob } from '../job/declare.ts';
import { instrumentFor } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { countAttempt, triggerOf } from './queued.ts';
import { readAs } from './read-as.ts';

/** A job of pg-boss, as far as it is used here. */
interface BossJob {
  readonly data?: unknown;
  readonly retryCount?: number;
  readonly signal?: AbortSignal;
  /** How long pg-boss lets the handler work, in seconds; of a batch the longest holds. */
  readonly expireInSeconds?: number;
}

/**
 * The handler of a pg-boss worker that runs a declared job: `boss.work(job.name, pgBossHandler(job, work))`, beside
 * `boss.schedule(job.name, job.schedule, null, { tz: job.timezone })` (without `tz` pg-boss reads the schedule in UTC). Jobs of one batch run one after the other;
 * one that throws ends the batch, as pg-boss has it. Resolves to what the last one gave back.
 * pg-boss does not say what it sent a job for: it is `scheduled`, or what its data says: `boss.send(job.name, { trigger: 'manual' })`. An attempt after the first is a
 * run of its own and counts in `job_retries_total`. A run that `expireInSeconds` ends is a `timeout`, as pg-boss has it; one that a shutdown or a lost claim ends is `cancelled`.
 * Whether a run was missed is not for one worker to say, so none is counted: the rules compare all workers.
 */
export function pgBossHandler<B extends BossJob, R>(
  job: CronJob,
  work: (run: Run, bossJob: B) => R | Promise<R>,
): (bossJobs: B[]) => Promise<R | undefined> {
  const run = instrumentFor({}, job, work);
  trackerOf(job).readBy(readAs(QUEUE));
  return async function (this: unknown, bossJobs) {
    let last: R | undefined;
    // Before version 10 a worker was given one job and not a batch.
    const batch = Array.isArray(bossJobs) ? bossJobs : [bossJobs as B];
    const expired = expiry(batch);
    for (const bossJob of batch) {
      countAttempt(
        job,
        readable(() => bossJob.retryCount),
      );
      const trigger = triggerOf(
        readable(() => bossJob.data),
        'scheduled',
      );
      const { signal, end } = withReason(
        readable(() => bossJob.signal),
        expired,
      );
      try {
        last = await run.call(this, { trigger, signal }, bossJob);
      } finally {
        end();
      }
    }
    return last;
  };
}

/** A timer may be early by as much. */
const EARLY_SECONDS = 0.1;

/** Tells whether the batch has used up its time: pg-boss aborts the signal without a word of why. Gives the reason, or undefined while there is time. */
function expiry(batch: readonly BossJob[]): () => DOMException | undefined {
  const nowSeconds = () => (readable(() => processStore().clock.monotonicMs()) ?? Number.NaN) / 1000;
  const startSeconds = nowSeconds();
  const limits = batch.map((bossJob) => numberOf(readable(() => bossJob.expireInSeconds)) ?? 0);
  const limit = Math.max(1, ...limits);
  return () =>
    Math.max(...limits) > 0 && nowSeconds() - startSeconds >= limit - EARLY_SECONDS
      ? new DOMException(`pg-boss expired the job after ${limit} s`, 'TimeoutError')
      : undefined;
}

/** The signal of pg-boss, which says when it was aborted because time ran out. `end` lets go of it. */
function withReason(signal: AbortSignal | undefined, expired: () => DOMException | undefined) {
  if (signal === undefined) return { signal, end: () => {} };
  const own = new AbortController();
  const abort = () => own.abort(expired() ?? readable(() => signal.reason));
  readable(() => {
    if (typeof signal.addEventListener !== 'function') return;
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  return { signal: own.signal, end: () => readable(() => signal.removeEventListener('abort', abort)) };
}
