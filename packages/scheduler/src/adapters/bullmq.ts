import { log } from '@sightglass/core';
import { isServedElsewhere, numberOf, QUEUE, readable } from '@sightglass/core/authors';
import type { CronJob, IntervalJob, ResultOf } from '../job/declare.ts';
import { instrumentFor } from '../job/instrument.ts';
import { trackerOf } from '../job/registry.ts';
import type { Run } from '../job/run.ts';
import { countAttempt, triggerOf } from './queued.ts';
import { readAs } from './read-as.ts';

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
 * run of its own and counts in `job_retries_total`. A run that throws what hands its job back (`DelayedError`, `WaitingError`, `WaitingChildrenError`, `RateLimitError`) is `handed_back` and no
 * failure. Whether a run was missed is not for one worker to say, so none is counted: the rules compare all workers.
 * A sandboxed processor, the file of which exports it, runs in a process or thread of its own: what that records is served by the worker's process, where `startTelemetry` or `serveProcesses` was called there; else nobody
 * scrapes it, and it says so once.
 */
export function bullmqProcessor<B extends BullJob, R, J extends CronJob | IntervalJob>(
  job: J,
  work: (run: Run, bullJob: B) => R | Promise<R>,
): (bullJob: B, token?: string, signal?: AbortSignal) => Promise<ResultOf<J, R>> {
  const run = instrumentFor({ handsBack, givesUp }, job, work);
  trackerOf(job).readBy(readAs(QUEUE));
  // BullMQ gives a signal to processors that declare three parameters.
  return function (this: unknown, bullJob, _token, signal) {
    if (isSandboxed(bullJob) && !isServedElsewhere()) sayOfSandbox(job.name);
    const { trigger, scheduledFor, attemptsMade } = readable(() => startOf(bullJob)) ?? MANUAL;
    countAttempt(job, attemptsMade);
    return run.call(this, { trigger, scheduledFor, signal }, bullJob) as Promise<ResultOf<J, R>>;
  };
}

/** The errors by which a processor says that its job was moved, and how they are called where their class has another name. */
const MOVED = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError']);
const MOVED_MESSAGES = new Set([
  'bullmq:movedToDelayed',
  'bullmq:movedToWait',
  'bullmq:movedToWaitingChildren',
]);
/** By this alone BullMQ knows that a processor has hit a rate limit. */
const RATE_LIMITED = 'bullmq:rateLimitExceeded';

/** Whether BullMQ takes an error for a job that comes back later, as its worker reads it: by class, or by name where another copy has thrown it. */
function handsBack(error: unknown): boolean {
  const message = readable(() => (error as Error).message) ?? '';
  return (
    message === RATE_LIMITED || MOVED_MESSAGES.has(message) || namesOf(error).some((name) => MOVED.has(name))
  );
}

/** Whether a further attempt is of no use. */
const givesUp = (error: unknown): boolean => namesOf(error).includes('UnrecoverableError');

/** What an error is called, and its class and those that it extends. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  readable(() => {
    names.push((error as Error).name);
    for (let one = Object.getPrototypeOf(error); one !== null; one = Object.getPrototypeOf(one))
      names.push(one.constructor?.name);
  });
  return names;
}

/** What a sandboxed processor is given is a copy, with functions that ask the worker's process. */
function isSandboxed(bullJob: object): boolean {
  return (
    readable(() => typeof Object.getOwnPropertyDescriptor(bullJob, 'updateProgress')?.value) === 'function'
  );
}

const saidOf = new Set<string>();

function sayOfSandbox(job_name: string): void {
  if (saidOf.has(job_name)) return;
  saidOf.add(job_name);
  log().warn(
    { job_name },
    'A sandboxed BullMQ processor records its runs in a process of its own, where nobody scrapes them: call startTelemetry() in the worker’s process before the worker is made, or give it the function and not the path of its file',
  );
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
