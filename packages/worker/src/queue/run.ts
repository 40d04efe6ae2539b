import { TIMEOUT } from '@sightglass/core';
import { measureRun, processStore, readable } from '@sightglass/core/authors';
import { errorTypesOf } from './handles.ts';
import { addFacts, observeBatch, recordEvent, recordWorkerError } from './record.ts';
import type { QueueTracker } from './tracker.ts';

const SCOPE = '@sightglass/worker';
const BATCH_PROCESSING = 'batch_processing';

/** A batch under way, as its work sees it. */
export interface Batch {
  /** Aborted when the declared time limit passes. */
  readonly signal: AbortSignal;
  /** Says that items of the batch failed, one unless told, and why where a kind is given. The others succeed unless the work throws. */
  failed(items?: number, errorType?: string): void;
}

/** What is known of an item before its work begins. */
export interface ItemFacts {
  /** When it could first be taken: what it waited is counted from there. Default: not told. */
  readonly enqueuedAt?: Date | number | undefined;
  /** Which attempt this is, from 1 on. Default 1. */
  readonly attempt?: number | undefined;
  /** Whether the item is given up when this attempt fails. Default false. */
  readonly last?: boolean | undefined;
}

/** What is known of an item of a batch before its work begins. */
export type BatchItemFacts = Pick<ItemFacts, 'enqueuedAt' | 'attempt'>;

/** Runs the work of a batch; see `Queue.batch`. */
export async function runBatch<I, T>(
  tracker: QueueTracker,
  items: readonly I[],
  work: (items: readonly I[], batch: Batch) => T | Promise<T>,
  factsOf?: (item: I) => BatchItemFacts,
): Promise<T> {
  const { name: queue, timeoutSeconds } = tracker.options;
  // Plain JavaScript may give anything for the items.
  const size = Array.isArray(items) ? items.length : Number.NaN;
  let failed = 0;
  if (factsOf !== undefined && size > 0) tellFacts(queue, items, factsOf);
  const end = tracker.begin();
  const result = await measureRun(
    { scope: SCOPE, name: 'queue.batch', attributes: { queue }, timeoutSeconds },
    (signal) =>
      work(
        items,
        Object.freeze({
          signal,
          failed: (items = 1, errorType?: string) => {
            if (typeof items === 'number' && items > 0) failed += items;
            if (errorType !== undefined) recordWorkerError({ queue, errorType });
          },
        }),
      ),
    (run) => {
      end();
      if (!run.ok) tell(tracker, run.error);
      const timedOut = !run.ok && run.errorType === TIMEOUT;
      observeBatch({
        queue,
        size,
        durationSeconds: run.durationSeconds,
        failed: run.ok ? Math.min(failed, size) : size,
        timedOut,
      });
    },
  );
  if (!result.ok) throw result.error;
  return result.value;
}

/** Records what the items of a batch have waited, and which of them were tried before. */
function tellFacts<I>(queue: string, items: readonly I[], factsOf: (item: I) => BatchItemFacts): void {
  for (const item of items) {
    try {
      const { attempt, waitSeconds } = known(factsOf(item));
      addFacts(queue, { waitSeconds, attempt: typeof attempt === 'number' ? attempt : 1 });
    } catch {
      // Nothing is told of this one, and its work is done all the same.
    }
  }
}

/** Runs the work of one item; see `Queue.process`. */
export async function runItem<T>(
  tracker: QueueTracker,
  work: (signal: AbortSignal) => T | Promise<T>,
  facts: ItemFacts,
): Promise<T> {
  const { name: queue, timeoutSeconds } = tracker.options;
  const { attempt, last, waitSeconds } = known(facts);
  const end = tracker.begin();
  const result = await measureRun(
    { scope: SCOPE, name: 'queue.item', attributes: { queue }, timeoutSeconds },
    work,
    (run) => {
      end();
      if (!run.ok) tell(tracker, run.error);
      recordEvent({
        queue,
        outcome: run.ok ? 'success' : run.errorType === TIMEOUT ? 'timed_out' : 'failed',
        durationSeconds: run.durationSeconds,
        waitSeconds,
        attempt,
        dead: !run.ok && last === true,
      });
    },
  );
  if (!result.ok) throw result.error;
  return result.value;
}

/** Counts and logs what a piece of work has thrown. */
export function tell(tracker: QueueTracker, cause: unknown): void {
  const { name: queue, classify } = tracker.options;
  // A classifier may itself fail; that must not hide what it was asked about.
  let errorType: unknown = readable(() => classify?.(cause));
  if (typeof errorType !== 'string')
    errorType = errorTypesOf(queue).includes(BATCH_PROCESSING) ? BATCH_PROCESSING : undefined;
  recordWorkerError({ queue, errorType: (errorType as string | undefined) ?? 'other', cause });
}

/** What is told of an item; nothing where that can't be read, as the work is done all the same. */
function known(facts: ItemFacts) {
  try {
    const { attempt, last, enqueuedAt } = facts;
    return { attempt, last, waitSeconds: waitOf(enqueuedAt) };
  } catch {
    return {};
  }
}

/** How long an item has waited until now. Clocks of two machines differ: what was enqueued in the future has not waited. */
function waitOf(enqueuedAt: ItemFacts['enqueuedAt']): number | undefined {
  if (enqueuedAt === undefined || enqueuedAt === null) return undefined;
  const seconds = enqueuedAt instanceof Date ? enqueuedAt.getTime() / 1000 : enqueuedAt;
  return Math.max(0, processStore().clock.wallMs() / 1000 - seconds);
}
