import { DeclarationError, type LifecycleState } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import { trackQueue, untrack } from './depth.ts';
import { errorTypesOf, queueHandles, queueMetrics } from './handles.ts';
import * as metrics from './metrics.ts';
import { problemsOf, QUEUE_OPTIONS, type QueueOptions } from './options.ts';
import type { DefaultErrorType } from './outcomes.ts';
import {
  type BatchResult,
  boundTo,
  type EventResult,
  recordDeadLetters,
  recordEnqueued,
  recordRedriven,
  recordWorkerError,
} from './record.ts';
import { declaredQueues, isRetired } from './registry.ts';
import { retireQueue } from './retire.ts';
import { type Batch, type BatchItemFacts, type ItemFacts, runBatch, runItem } from './run.ts';
import { QueueTracker } from './tracker.ts';

/** A declared queue: what is meant to happen with it, the wrappers round its work, and its helpers with the name given. No method but `batch` and `process` throws. */
export interface Queue<E extends string = string> {
  readonly name: string;
  /** Whether it is meant to be worked off here, and who says otherwise. The metrics tell; taking no items is for the host. */
  readonly state: LifecycleState;
  /** Consumers of this process that take items now; 0 while it is not enabled. For a check of readiness: `healthCheck('events', () => events.consumers > 0)`. */
  readonly consumers: number;
  /**
   * Runs `work` on a batch: times it, opens its span, records its size and how its items ended. What the work gives or throws reaches the caller unchanged; when it throws, all
   * items failed, and the error is counted by its kind and logged. `facts` says of each item when it was enqueued and which attempt this is: what it waited is recorded, and a retry
   * counted. Default: neither is told.
   * @example
   * await events.batch(items, async (items, batch) => {
   *   const refused = await insert(items, batch.signal);
   *   if (refused > 0) batch.failed(refused, 'database_insert');
   * }, (item) => ({ enqueuedAt: item.createdAt }));
   */
  batch<I, T>(
    items: readonly I[],
    work: (items: readonly I[], batch: Batch) => T | Promise<T>,
    facts?: (item: I) => BatchItemFacts,
  ): Promise<T>;
  /**
   * Runs `work` on one item: times it, opens its span, records how it ended and how long the item had waited. What the work gives or throws reaches the caller unchanged.
   * @example
   * await mails.process((signal) => send(mail, signal), { enqueuedAt: mail.createdAt, attempt: mail.attempt });
   */
  process<T>(work: (signal: AbortSignal) => T | Promise<T>, facts?: ItemFacts): Promise<T>;
  /** Records a batch that has ended. As `observeBatch`, but for the name; makes no object. */
  observeBatch(batch: BatchResult): void;
  /** Records that an attempt to work off one item has ended. As `recordEvent`. */
  recordEvent(event: EventResult): void;
  /** Records an error of a worker by its kind, and logs it where a cause is given. Says nothing of items. */
  recordError(errorType: E | 'other', cause?: unknown): void;
  /** Records that items were put into the queue. Default 1. */
  enqueued(items?: number): void;
  /** Records that items were given up, where no attempt says so itself. Default 1. */
  deadLettered(items?: number): void;
  /** Records that dead letters were put back into the queue. Default 1. */
  redriven(items?: number): void;
  /** A piece of work begins that neither `batch` nor `process` runs. Returns the function that ends it. */
  begin(): () => void;
  /** Says how many consumers in this process take items now. From the declaration on it is 1, unless that says `consumes: false`. */
  consuming(consumers: number): void;
  /** It is worked off here: a person switched it on, or this replica was elected. Ends `disable()`, `standBy()` and `stop()`, and nothing for a retired queue. */
  enable(): void;
  /** A person pauses it: the alerts wait for no work any more, until `enable()`; those on how full it is go on. */
  disable(): void;
  /** This replica waits to be elected, and another one consumes: the alerts go on waiting. */
  standBy(): void;
  /** This process ends: for the handler of SIGTERM. It says nothing of the queue itself, so the alerts go on waiting for work. */
  stop(): void;
  /** A person says that the queue is gone for good: it exports `queue_lifecycle_state{state="retired"}` and nothing else, until it is declared again. */
  retire(): void;
}

/**
 * Declares a queue: exports what it promises, gives birth to every counter at zero, and reads how full it is at each scrape. Throws a `DeclarationError` that lists everything
 * wrong with the declaration.
 * @example
 * const events = declareQueue({ name: 'events', capacity: 10_000, maxWaitSeconds: 60, depth: () => waiting.length });
 */
export function declareQueue<const E extends string = DefaultErrorType>(said: QueueOptions<E>): Queue<E> {
  const { options, problems } = read(said);
  if (problems.length > 0) throw new DeclarationError(subjectOf('The queue', said), problems);
  const { name } = options;
  const labels = { queue: name };
  if (isRetired(name)) metrics.queueLifecycle.set(0, { ...labels, state: 'retired' });
  const queues = declaredQueues();
  // Those of what was retired record nothing, and those of what was recorded before may have other buckets.
  queueHandles.remove(labels);
  showObjectives(options);
  queues.set(name, new QueueTracker(options, queues.get(name)));
  queueMetrics.initSeries(labels);
  for (const error_type of errorTypesOf(name)) metrics.queueErrors.init({ ...labels, error_type });
  // Declaring it again does not put off the time by which work should have been done.
  if (metrics.queueDeclared.peek(labels) === undefined) metrics.queueDeclared.setToNow(labels);
  if (options.depth === undefined) untrack(name);
  else trackQueue({ queue: name, depth: options.depth });
  return handleOf(name);
}

function read<E extends string>(said: QueueOptions<E>) {
  try {
    const options = givenOptions(said, QUEUE_OPTIONS);
    return { options, problems: problemsOf(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The queue', said));
  }
}

function showObjectives(options: QueueOptions): void {
  const labels = { queue: options.name };
  const { maxWaitSeconds = 300, durationObjectiveSeconds = 60, errorObjectiveRatio = 0.05 } = options;
  metrics.queueWaitObjective.set(maxWaitSeconds, labels);
  metrics.queueDurationObjective.set(durationObjectiveSeconds, labels);
  metrics.queueErrorObjective.set(errorObjectiveRatio, labels);
  // What was promised is a bucket, so that counting what is within it needs no interpolation.
  metrics.queueWaitDuration.boundsFor(labels, withBound(metrics.queueWaitDuration, maxWaitSeconds));
  metrics.queueProcessingDuration.boundsFor(
    labels,
    withBound(metrics.queueProcessingDuration, durationObjectiveSeconds),
  );
  metrics.queueShared.set(options.shared === true ? 1 : 0, labels);
  if (options.capacity === undefined) metrics.queueCapacity.remove(labels);
  else metrics.queueCapacity.set(options.capacity, labels);
  if (options.concurrency === undefined) metrics.queueSlots.remove(labels);
  else metrics.queueSlots.set(options.concurrency, labels);
  metrics.queueOwner.removeAll(labels);
  if (options.owner !== undefined) metrics.queueOwner.set({ ...labels, owner: options.owner });
  if (options.pages === false) metrics.queuePages.set(0, labels);
  else metrics.queuePages.remove(labels);
}

const withBound = (
  { descriptor }: { readonly descriptor: { readonly buckets?: readonly number[] | undefined } },
  bound: number,
): number[] => [...new Set([...(descriptor.buckets ?? []), bound])].sort((a, b) => a - b);

function handleOf<E extends string>(queue: string): Queue<E> {
  // Whichever declaration a handle came from, it speaks of the one that holds now.
  const now = () => declaredQueues().get(queue) as QueueTracker;
  return Object.freeze<Queue<E>>({
    name: queue,
    get state() {
      return now().lifecycle.state;
    },
    get consumers() {
      return now().consumers;
    },
    batch: (items, work, facts) => runBatch(now(), items, work, facts),
    process: (work, facts = {}) => runItem(now(), work, facts),
    ...boundTo(queue),
    recordError: (errorType, cause) => recordWorkerError({ queue, errorType, cause }),
    enqueued: (items) => recordEnqueued({ queue, items }),
    deadLettered: (items) => recordDeadLetters({ queue, items }),
    redriven: (items) => recordRedriven({ queue, items }),
    begin: () => now().begin(),
    consuming: (consumers) => now().consuming(consumers),
    enable: () => now().to('enabled'),
    disable: () => now().to('disabled'),
    standBy: () => now().to('standby'),
    stop: () => now().to('stopping'),
    retire: () => retireQueue(queue),
  });
}
