import type { CronJob, IntervalJob } from '../job/declare.ts';
import { instrumentJob } from '../job/instrument.ts';
import { readable } from '../job/readable.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { countAttempt, numberOf, triggerOf } from './queued.ts';

/** A job of BullMQ, as far as it is used here. */
interface BullJob {
  readonly data?: unknown;
  readonly repeatJobKey?: string | undefined;
  readonly attemptsMade?: number;
  readonly opts?: { readonly prevMillis?: number; readonly delay?: number };
  readonly timestamp?: number;
}

/**
 * The processor of a BullMQ worker that runs a declared job: `new Worker(queue, bullmqProcessor(job, work), { connection })`. The run is recorded when it has ended.
 * A job of a job scheduler is `scheduled`; any other is `manual`, or what its data says: `queue.add(name, { trigger: 'event' })`. An attempt after the first is a
 * run of its own and counts in `job_retries_total`. Whether a run was missed is not for one worker to say, so none is counted: the rules compare all workers.
 */
export function bullmqProcessor<B extends BullJob, R>(
  job: CronJob | IntervalJob,
  work: (run: Run, bullJob: B) => R | Promise<R>,
): (bullJob: B, token?: string, signal?: AbortSignal) => Promise<R | undefined> {
  const run = instrumentJob(job, work, 'elsewhere');
  // BullMQ gives a signal to processors that declare three parameters.
  return (bullJob, _token, signal) => {
    const { trigger, scheduledFor, attemptsMade } = readable(() => startOf(bullJob)) ?? MANUAL;
    countAttempt(job, attemptsMade);
    return run({ trigger, scheduledFor, signal }, bullJob);
  };
}

const MANUAL = { trigger: 'manual', scheduledFor: undefined, attemptsMade: undefined } as const;

/** What a job of BullMQ says of the run that it starts. */
function startOf(bullJob: BullJob) {
  const { repeatJobKey, data, attemptsMade } = bullJob;
  const isScheduled = repeatJobKey !== undefined;
  return {
    trigger: triggerOf(data, isScheduled ? 'scheduled' : 'manual'),
    scheduledFor: isScheduled ? timeOf(bullJob) : undefined,
    attemptsMade,
  };
}

/**
 * The repeat options of a declared job: `queue.upsertJobScheduler(job.name, bullmqRepeat(job))`.
 * Throws a `DeclarationError` when the job is not what `declareJob` returned.
 */
export function bullmqRepeat(
  job: CronJob | IntervalJob,
): { readonly pattern: string; readonly tz: string } | { readonly every: number } {
  trackerOf(job);
  if (job.schedule === undefined) return { every: job.intervalSeconds * 1000 };
  return { pattern: job.schedule, tz: job.timezone };
}

/** The time that a job scheduler made the job for. */
function timeOf({ opts, timestamp }: BullJob): Date | undefined {
  const planned = numberOf(opts?.prevMillis);
  if (planned !== undefined) return new Date(planned);
  const added = numberOf(timestamp);
  return added === undefined ? undefined : new Date(added + (numberOf(opts?.delay) ?? 0));
}
