import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '@sightglass/worker';
import type { EventSource } from './event-queue.ts';
import { type EventStore, WriteError, type WriteErrorType } from './event-store.ts';

export const QUEUE = 'events';

/** What an error of a batch is counted as. */
export const classify = (error: unknown): WriteErrorType | 'batch_processing' =>
  error instanceof WriteError ? error.errorType : 'batch_processing';

/**
 * Writes what is in the queue, batch by batch, until the source ends or `signal` is aborted. A batch that fails goes back into the queue, and the worker rests; events that the database
 * refuses for good are kept apart, and the batch goes on without them.
 */
export async function writeEvents(
  queue: Queue,
  source: EventSource,
  store: EventStore,
  { batchSize, retrySeconds }: { readonly batchSize: number; readonly retrySeconds: number },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const taken = await source.take(batchSize);
    if (taken === undefined) return;
    const batch = queue.batch(
      taken.events,
      async (items, batch) => {
        const refused = await store.write(items.map(({ event }) => event));
        if (refused === 0) return;
        batch.failed(refused, 'database_insert');
        queue.deadLettered(refused);
      },
      // What each event has waited, and whether it was tried before.
      (item) => item,
    );
    await batch
      .then(taken.done, async () => {
        await taken.giveBack();
        await sleep(retrySeconds * 1000, undefined, { signal }).catch(() => {});
      })
      // The queue itself does not answer: whoever has lost these events finds them there again.
      .catch(() => sleep(retrySeconds * 1000));
  }
}
