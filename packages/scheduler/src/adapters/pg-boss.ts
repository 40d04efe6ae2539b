import type { CronJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { readable } from '../job/readable.ts';
import type { Run } from '../job/run.ts';
import { countAttempt, triggerOf } from './queued.ts';

/** A job of pg-boss, as far as it is used here. */
interface BossJob {
  readonly data?: unknown;
  readonly retryCount?: number;
  readonly signal?: AbortSignal;
}

/**
 * The handler of a pg-boss worker that runs a declared job: `boss.work(job.name, pgBossHandler(job, work))`, beside
 * `boss.schedule(job.name, job.schedule, null, { tz: job.timezone })` (without `tz` pg-boss reads the schedule in UTC). Jobs of one batch run one after the other;
 * one that throws ends the batch, as pg-boss has it. Resolves to what the last one gave back.
 * pg-boss does not say what it sent a job for: it is `scheduled`, or what its data says: `boss.send(job.name, { trigger: 'manual' })`. An attempt after the first is a
 * run of its own and counts in `job_retries_total`. Whether a run was missed is not for one worker to say, so none is counted: the rules compare all workers.
 */
export function pgBossHandler<B extends BossJob, R>(
  job: CronJob,
  work: (run: Run, bossJob: B) => R | Promise<R>,
): (bossJobs: B[]) => Promise<R | undefined> {
  const run = instrumentJob(job, work, 'elsewhere');
  return async (bossJobs) => {
    let last: R | undefined;
    // Before version 10 a worker was given one job and not a batch.
    for (const bossJob of Array.isArray(bossJobs) ? bossJobs : [bossJobs as B]) {
      const { data, retryCount, signal } = readable(() => ({ ...bossJob })) ?? ({} as Partial<BossJob>);
      countAttempt(job, retryCount);
      last = await run({ trigger: triggerOf(data, 'scheduled'), signal }, bossJob);
    }
    return last;
  };
}
