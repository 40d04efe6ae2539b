import { DeclarationError } from '@sightglass/core';
import { around, isFirst, listen, numberOf, readable } from '@sightglass/core/authors';
import { declareQueue, type Queue } from '../queue/declare.ts';
import type { QueueReading } from '../queue/depth.ts';
import type { QueueOptions } from '../queue/options.ts';
import { recordEvent } from '../queue/record.ts';
import { declaredQueue } from '../queue/registry.ts';
import { tell } from '../queue/run.ts';
import { countAdded, nowMs, outcomeOf, readOptions } from './host.ts';

/** A job of BullMQ, as far as it is used here. */
interface BullJob {
  readonly attemptsMade?: unknown;
  readonly attemptsStarted?: unknown;
  readonly finishedOn?: unknown;
  readonly processedOn?: unknown;
  readonly timestamp?: unknown;
  readonly opts?: { readonly delay?: unknown };
}

/** A worker of BullMQ, as far as it is used here. */
export interface BullmqWorkerLike {
  readonly name: string;
  on(event: never, listener: never): unknown;
}

/** A queue of BullMQ, as far as it is used here: who looks at it and adds to it. */
export interface BullmqQueueLike {
  readonly name: string;
  getJobCounts(...types: never[]): Promise<{ readonly [state: string]: number }>;
  getJobs(...args: never[]): Promise<readonly unknown[]>;
  isPaused(): Promise<boolean>;
}

/** What {@link instrumentBullmq} takes beside the worker: what is promised, and the queue. */
export interface BullmqOptions
  extends Omit<QueueOptions, 'name' | 'depth' | 'shared' | 'concurrency' | 'consumes'> {
  /**
   * The host's `Queue` of the same name, which a worker is not: by it the depth is read at each scrape, what is added through it is counted, and a queue that is paused for all
   * workers is known to be. Default: the depth is not read.
   */
  readonly queue?: BullmqQueueLike | undefined;
}

/**
 * Declares the queue of a BullMQ worker (5 or 6) and watches the worker: how each attempt ended and how long it took, what a job waited before its first, retries, stalls, dead letters, what is under way, and
 * whether the worker takes jobs. A job that hands itself back (delayed, rate-limited, waiting for its children) is neither a success nor a failure. Sandboxed processors are seen from outside.
 * A dead letter that somebody retries is counted by `redriven()` of what this returns. Nothing is loaded, and nothing thrown into the worker. The same worker again declares anew and counts nothing twice. Throws a `DeclarationError` for what is no worker, or for wrong options.
 * @example
 * const worker = new Worker('mails', send, { connection });
 * instrumentBullmq(worker, { queue: new Queue('mails', { connection }), maxWaitSeconds: 30 });
 */
export function instrumentBullmq(worker: BullmqWorkerLike, options: BullmqOptions = {}): Queue {
  const name: unknown = readable(() => worker.name);
  if (typeof name !== 'string' || name === '' || typeof readable(() => worker.on) !== 'function')
    throw new DeclarationError('The BullMQ worker', ['it must be what `new Worker(…)` returned']);
  const { queue: bull, ...promises } = readOptions(options, 'The BullMQ worker');
  const declared = declareQueue({
    ...promises,
    name,
    shared: true,
    ...(bull === undefined ? {} : { depth: bullmqDepth(bull) }),
  });
  if (bull !== undefined) {
    countAdded(name, bull, 'add', () => 1);
    countAdded(name, bull, 'addBulk', ([jobs]) => (jobs as readonly unknown[]).length);
  }
  if (isFirst(worker, 'queue')) watch(name, worker);
  return declared;
}

/** What is known of an attempt from its start. */
interface Attempt {
  durationSeconds: number | undefined;
  readonly waitSeconds: number | undefined;
}

function watch(queue: string, worker: object): void {
  const tracker = () => declaredQueue(queue);
  const attempts = new WeakMap<object, Attempt>();
  // Jobs that hand themselves back, and processors in other processes, have no event at their end.
  around(worker, 'callProcessJob', async (args, processor) => {
    const job = args[0] as BullJob & object;
    const attempt: Attempt = { durationSeconds: undefined, waitSeconds: readable(() => waitOf(job)) };
    readable(() => attempts.set(job, attempt));
    const end = tracker()?.begin();
    const startMs = nowMs();
    try {
      return await processor();
    } finally {
      attempt.durationSeconds = Math.max(0, nowMs() - startMs) / 1000;
      end?.();
    }
  });
  const ended = (job: BullJob | undefined, error?: unknown) => {
    recordEvent({
      queue,
      outcome: error === undefined ? 'success' : outcomeOf(error),
      ...(job === undefined ? {} : attempts.get(job)),
      attempt: numberOf(job?.attemptsMade),
      // It is finished: no attempt follows.
      dead: error !== undefined && numberOf(job?.finishedOn) !== undefined,
    });
    const known = tracker();
    if (error !== undefined && known !== undefined) tell(known, error);
  };
  listen(worker, 'completed', (job) => ended(job as BullJob));
  listen(worker, 'failed', (job, error) => ended(job as BullJob | undefined, error ?? new Error('failed')));
  listen(worker, 'stalled', () => recordEvent({ queue, outcome: 'stalled' }));
  const slots = () =>
    numberOf(
      readable(() => (worker as { readonly opts: { readonly concurrency?: number } }).opts.concurrency),
    ) ?? 1;
  const takes = (is: boolean) => () => tracker()?.attach(worker, { slots: slots(), takes: is });
  takes(true)();
  listen(worker, 'paused', takes(false));
  listen(worker, 'resumed', takes(true));
  listen(worker, 'closing', takes(false));
  listen(worker, 'closed', () => tracker()?.attach(worker, undefined));
}

/** How long a job waited for its first start. When a later attempt could have begun is not known. */
function waitOf(job: BullJob): number | undefined {
  const [timestamp, processedOn] = [numberOf(job.timestamp), numberOf(job.processedOn)];
  if (timestamp === undefined || processedOn === undefined) return undefined;
  if ((numberOf(job.attemptsMade) ?? 0) > 0 || (numberOf(job.attemptsStarted) ?? 1) > 1) return undefined;
  return Math.max(0, processedOn - timestamp - (numberOf(job.opts?.delay) ?? 0)) / 1000;
}

/** States of BullMQ by which items may be taken now. */
const READY = ['waiting', 'prioritized'] as const;
const ALL = [...READY, 'paused', 'delayed', 'active', 'waiting-children', 'failed'] as const;

/**
 * Reads how many jobs a BullMQ queue (5 or 6) holds, by state, since when the oldest waits, and whether somebody has paused it for all workers: for a process that only adds to the queue, or whose
 * worker fetches its jobs itself. {@link instrumentBullmq} needs it not. Throws a `DeclarationError` for what is no queue; a reading that fails rejects, which the metrics then say.
 * @example
 * declareQueue({ name: 'mails', shared: true, consumes: false, depth: bullmqDepth(new Queue('mails', { connection })) });
 */
export function bullmqDepth(queue: BullmqQueueLike): () => Promise<QueueReading> {
  if (typeof readable(() => queue.getJobCounts) !== 'function')
    throw new DeclarationError('The BullMQ queue', ['it must be what `new Queue(…)` returned']);
  return () => readDepth(queue);
}

async function readDepth(bull: BullmqQueueLike): Promise<QueueReading> {
  const [counts, oldest, isPaused] = await Promise.all([
    bull.getJobCounts(...(ALL as readonly string[] as readonly never[])),
    Promise.all(READY.map((state) => bull.getJobs(...([[state], 0, 0, true] as unknown as never[])))),
    bull.isPaused(),
  ]);
  declaredQueue(bull.name)?.pausedElsewhere(isPaused);
  const times = oldest.flat().flatMap((job) => {
    const { timestamp, opts } = (job ?? {}) as BullJob;
    const ms = numberOf(timestamp);
    return ms === undefined ? [] : [ms + (numberOf(opts?.delay) ?? 0)];
  });
  return {
    ready: (counts.waiting ?? 0) + (counts.prioritized ?? 0) + (counts.paused ?? 0),
    deferred: counts.delayed ?? 0,
    active: counts.active ?? 0,
    waitingChildren: counts['waiting-children'] ?? 0,
    dead: counts.failed ?? 0,
    oldestReady: times.length === 0 ? null : Math.min(...times) / 1000,
  };
}
