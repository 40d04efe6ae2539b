import { log } from '@sightglass/core';
import { neverThrows } from '@sightglass/core/authors';
import { batchOutcome } from '../batch/outcome.ts';
import { errorTypesOf, type QueueHandles, queueHandles } from './handles.ts';
import * as metrics from './metrics.ts';
import { type ItemOutcome, OTHER } from './outcomes.ts';
import { isRetired } from './registry.ts';

/** What is told of a batch that has ended. */
export interface BatchResult {
  /** Items that it held. */
  readonly size: number;
  readonly durationSeconds: number;
  /** Those of them that failed. Default 0. */
  readonly failed?: number | undefined;
  /** Whether those failed because time ran out. Default false. */
  readonly timedOut?: boolean | undefined;
}

/** What {@link observeBatch} takes. */
export interface ObservedBatch extends BatchResult {
  readonly queue: string;
}

/**
 * Records a batch that has ended: its size, how long it took, whether it was whole, partial or failed, and its items by how they ended. Never throws.
 * @example
 * observeBatch({ queue: 'events', size: 100, durationSeconds: 0.4, failed: 2 });
 */
export const observeBatch = neverThrows(metrics.queueProcessed, (batch: ObservedBatch): void =>
  addBatch(queueHandles.at(batch), batch),
);

function addBatch(handles: QueueHandles, batch: BatchResult): void {
  if (handles === false) return;
  const { size, durationSeconds, failed = 0, timedOut } = batch;
  const outcome = batchOutcome(size, failed);
  handles.batchSize.record(size);
  handles.batches[outcome].add();
  handles.processed.success.add(Math.max(0, size - failed));
  (timedOut === true ? handles.processed.timed_out : handles.processed.failed).add(failed);
  // One place that records, as all of this is compiled as one piece when it is short enough; else each number becomes an object on its way.
  (outcome === 'failed' ? handles.failed : handles.succeeded).record(durationSeconds);
  handles.progressed();
}

/** What is told of an item when an attempt to work it off has ended. */
export interface EventResult {
  /** What became of the attempt. Default `success`. */
  readonly outcome?: ItemOutcome | undefined;
  /** How long the work took. Default: not told. */
  readonly durationSeconds?: number | undefined;
  /** How long the item waited from the time it could be taken to the start of its work. Default: not told. */
  readonly waitSeconds?: number | undefined;
  /** Which attempt it was, from 1 on; one after the first counts as a retry. Default 1. */
  readonly attempt?: number | undefined;
  /** Whether the item was given up after this attempt: it is a dead letter. Default false. */
  readonly dead?: boolean | undefined;
}

/** What {@link recordEvent} takes. */
export interface RecordedEvent extends EventResult {
  readonly queue: string;
}

/**
 * Records that an attempt to work off one item has ended, and how. Never throws.
 * @example
 * recordEvent({ queue: 'mails', outcome: 'failed', durationSeconds: 0.2, waitSeconds: 3, attempt: 3, dead: true });
 */
export const recordEvent = neverThrows(metrics.queueProcessed, (event: RecordedEvent): void =>
  addEvent(event.queue, queueHandles.at(event), event),
);

function addEvent(queue: string, handles: QueueHandles, event: EventResult): void {
  if (handles === false) return;
  const { outcome = 'success', durationSeconds } = event;
  // What is none of the outcomes is refused by the metric, and counted there.
  if (Object.hasOwn(handles.processed, outcome)) handles.processed[outcome].add();
  else metrics.queueProcessed.add(1, { queue, outcome });
  if (durationSeconds !== undefined)
    (outcome === 'success' ? handles.succeeded : handles.failed).record(durationSeconds);
  addFactsTo(handles, event);
  // One that was thrown away, or lost with its worker, is no sign that anybody works.
  if (outcome !== 'discarded' && outcome !== 'stalled') handles.progressed();
}

/** Records what an attempt says beside its outcome: of an item in a batch, whose outcome the batch says. */
export function addFacts(queue: string, facts: Facts): void {
  addFactsTo(queueHandles.at({ queue }), facts);
}

type Facts = Pick<EventResult, 'waitSeconds' | 'attempt' | 'dead'>;

function addFactsTo(handles: QueueHandles, { waitSeconds, attempt = 1, dead }: Facts): void {
  if (handles === false) return;
  if (waitSeconds !== undefined) handles.wait.record(waitSeconds);
  if (attempt > 1) handles.retries.add();
  if (dead === true) handles.deadLetters.add();
}

/** What {@link recordWorkerError} takes. */
export interface WorkerError {
  readonly queue: string;
  /** One of the kinds that the queue declares; any other counts as `other`. Never a message. */
  readonly errorType: string;
  /** What was thrown, for the log line. Default: no line is written. */
  readonly cause?: unknown;
}

/**
 * Records an error of a worker by its kind: one of those that the queue declares, else `other`. Says nothing of items. Never throws.
 * @example
 * recordWorkerError({ queue: 'events', errorType: 'database_insert', cause: error });
 */
export const recordWorkerError = neverThrows(metrics.queueErrors, (error: WorkerError): void => {
  const { queue, errorType, cause } = error;
  if (isRetired(queue)) return;
  const error_type = errorTypesOf(queue).includes(errorType) ? errorType : OTHER;
  metrics.queueErrors.add(1, { queue, error_type });
  if (cause !== undefined) log().error({ queue, error_type, err: cause }, `worker error: ${error_type}`);
});

/** What {@link recordEnqueued}, {@link recordDeadLetters} and {@link recordRedriven} take. */
export interface CountedItems {
  readonly queue: string;
  /** Default 1. */
  readonly items?: number | undefined;
}

const counted =
  (which: 'enqueued' | 'deadLetters' | 'redriven') =>
  (told: CountedItems): void => {
    const handles = queueHandles.at(told);
    if (handles !== false) handles[which].add(told.items);
  };

/** Records that items were put into the queue. Never throws. */
export const recordEnqueued = neverThrows(metrics.queueEnqueued, counted('enqueued'));

/** Records that items were given up after their last attempt, where no attempt says so itself. Never throws. */
export const recordDeadLetters = neverThrows(metrics.queueDeadLetters, counted('deadLetters'));

/** Records that dead letters were put back into the queue. Never throws. */
export const recordRedriven = neverThrows(metrics.queueRedriven, counted('redriven'));

/** The helpers that happen all the time, bound to one queue. */
export function boundTo(queue: string) {
  const handles = queueHandles.bound({ queue });
  return {
    observeBatch: neverThrows(metrics.queueProcessed, (batch: BatchResult) => addBatch(handles(), batch)),
    recordEvent: neverThrows(metrics.queueProcessed, (event: EventResult) =>
      addEvent(queue, handles(), event),
    ),
  };
}
