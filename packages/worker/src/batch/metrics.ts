import { counter, histogram } from '@sightglass/core';
import { BATCH_OUTCOMES } from './outcome.ts';

/** What a batch is: items that a worker takes from a queue together, of which some may fail. */

export const queueBatches = counter('queue_batches_total', {
  help: 'Finished batches: whole when no item failed, partial when some did, failed when all did.',
  labels: { queue: String, outcome: BATCH_OUTCOMES },
  unit: '{batch}',
});

export const queueBatchSize = histogram('queue_batch_size', {
  help: 'Items that a batch held.',
  labels: ['queue'],
  buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000],
  unit: '{item}',
});
