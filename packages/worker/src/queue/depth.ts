import { processStore, sharedInProcess } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { ITEM_STATES, type ItemState } from './outcomes.ts';
import { isRetired } from './registry.ts';

/** How many items a queue has, by where they are. What is left out is not known. */
export interface QueueReading {
  /** Items that may be taken now. */
  readonly ready?: number | undefined;
  /** Items that may not be taken before a time. */
  readonly deferred?: number | undefined;
  /** Items that are being worked off. */
  readonly active?: number | undefined;
  /** Items that wait for others that they have made. */
  readonly waitingChildren?: number | undefined;
  /** Items that were given up: dead letters that still lie there. */
  readonly dead?: number | undefined;
  /** When the oldest item that may be taken now was enqueued: a `Date`, or Unix seconds. `null`: there is none. */
  readonly oldestReady?: Date | number | null | undefined;
}

/** Reads how many items there are: a number stands for those that may be taken now. `undefined` means "not known now". */
export type DepthReader = () =>
  | number
  | QueueReading
  | undefined
  | Promise<number | QueueReading | undefined>;

/** What {@link trackQueue} takes. */
export interface TrackQueueOptions {
  readonly queue: string;
  /** Read at each scrape, under the collection's time limit. */
  readonly depth: DepthReader;
}

/** What ends the reading of each queue, whichever copy of this package began it. */
const readers = () => sharedInProcess('@sightglass/worker/readers/1', () => new Map<string, () => void>());

/**
 * Exports how many items a queue has and when the oldest was enqueued, by one reading at each scrape. Ages are computed by whoever reads the times, so they go on growing
 * when this process hangs. While the backend fails or is late the numbers are left out, `queue_items_read` is 0, and the time of the oldest item stays. A queue has one reader: a later one takes the place of the
 * one before. Returns the function that ends the tracking and takes the numbers out of the export. Never throws.
 * @example
 * const stop = trackQueue({ queue: 'events', depth: async () => ({ ready: await redis.llen('events') }) });
 */
export function trackQueue(options: TrackQueueOptions): () => void {
  try {
    const { queue, depth } = options;
    if (typeof queue !== 'string' || queue === '' || typeof depth !== 'function') throw new TypeError();
    return track(queue, depth);
  } catch {
    processStore().refused(metrics.queueItems.descriptor.name);
    return () => {};
  }
}

/** Ends the reading of a queue, and takes the numbers out of the export. */
export function untrack(queue: string): void {
  readers().get(queue)?.();
  readers().delete(queue);
  metrics.queueItems.removeAll({ queue });
  metrics.queueOldestReady.remove({ queue });
  metrics.queueItemsRead.remove({ queue });
}

function track(queue: string, depth: DepthReader): () => void {
  if (isRetired(queue)) return () => {};
  // Beyond the bound of the metric there would be a reader for each name, whose numbers nobody could tell apart.
  if (metrics.queueItemsRead.series.at({ queue })?.values[0] !== queue) return () => {};
  readers().get(queue)?.();
  // What a reading that was under way gives afterwards is old.
  const isCurrent = () => readers().get(queue) === stop;
  const stop = processStore().collectors.add(metrics.queueItems.descriptor.name, {
    collect: async () => {
      const reading = await depth();
      if (isCurrent()) show(queue, reading);
    },
    failed: () => {
      if (!isCurrent()) return;
      metrics.queueItems.removeAll({ queue });
      metrics.queueItemsRead.set(0, { queue });
    },
  });
  readers().set(queue, stop);
  metrics.queueItemsRead.set(0, { queue });
  return () => {
    if (isCurrent()) untrack(queue);
  };
}

/** Unix seconds beyond the year 5138: milliseconds of our own time. */
const LATEST_SECONDS = 100_000_000_000;

function show(queue: string, given: number | QueueReading | undefined): void {
  const reading: QueueReading = typeof given === 'number' ? { ready: given } : (given ?? {});
  const counts: { readonly [state in ItemState]: number | undefined } = {
    ready: reading.ready,
    deferred: reading.deferred,
    active: reading.active,
    waiting_children: reading.waitingChildren,
    dead: reading.dead,
  };
  for (const state of ITEM_STATES) {
    const count = counts[state];
    if (count === undefined) metrics.queueItems.remove({ queue, state });
    else if (typeof count === 'number' && Number.isFinite(count) && count >= 0)
      metrics.queueItems.set(count, { queue, state });
    else
      throw new Error(
        `the reader gave ${String(count)} items that are ${state}, which is no number of items`,
      );
  }
  const { oldestReady } = reading;
  const oldest = oldestReady instanceof Date ? oldestReady.getTime() / 1000 : oldestReady;
  if (oldest === null || oldest === undefined || counts.ready === 0)
    metrics.queueOldestReady.remove({ queue });
  else if (Math.abs(oldest) < LATEST_SECONDS) metrics.queueOldestReady.set(oldest, { queue });
  else
    throw new Error(
      `the reader gave ${String(oldest)} for the oldest item, which is no time in Unix seconds`,
    );
  metrics.queueItemsRead.set(given === undefined ? 0 : 1, { queue });
}
