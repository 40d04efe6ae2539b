import { Handles, metricsWith, processStore } from '@sightglass/core/authors';
import * as batchMetrics from '../batch/metrics.ts';
import * as metrics from './metrics.ts';
import { ERROR_TYPES, OTHER } from './outcomes.ts';
import { declaredQueue, isRetired } from './registry.ts';

/** The series that something happens in, of one queue, bound once; false for a queue that is retired, of which nothing is recorded. */
export const queueHandles = new Handles(['queue'], ({ queue }: { readonly queue: string }) => {
  if (isRetired(queue)) return false;
  const processed = (outcome: 'success' | 'failed' | 'timed_out' | 'stalled' | 'discarded') =>
    metrics.queueProcessed.bind({ queue, outcome });
  const lastProgress = metrics.queueLastProgress.bind({ queue });
  return {
    enqueued: metrics.queueEnqueued.bind({ queue }),
    processed: {
      success: processed('success'),
      failed: processed('failed'),
      timed_out: processed('timed_out'),
      stalled: processed('stalled'),
      discarded: processed('discarded'),
    },
    retries: metrics.queueRetries.bind({ queue }),
    deadLetters: metrics.queueDeadLetters.bind({ queue }),
    redriven: metrics.queueRedriven.bind({ queue }),
    wait: metrics.queueWaitDuration.bind({ queue }),
    succeeded: metrics.queueProcessingDuration.bind({ queue, outcome: 'success' }),
    failed: metrics.queueProcessingDuration.bind({ queue, outcome: 'failed' }),
    batchSize: batchMetrics.queueBatchSize.bind({ queue }),
    batches: {
      whole: batchMetrics.queueBatches.bind({ queue, outcome: 'whole' }),
      partial: batchMetrics.queueBatches.bind({ queue, outcome: 'partial' }),
      failed: batchMetrics.queueBatches.bind({ queue, outcome: 'failed' }),
    },
    progressed: () => lastProgress.set(processStore().clock.wallMs() / 1000),
  };
});

/** What is bound for one queue. */
export type QueueHandles = ReturnType<typeof queueHandles.at>;

/** The kinds of errors of a queue. */
export const errorTypesOf = (queue: string): readonly string[] => [
  ...new Set([...(declaredQueue(queue)?.options.errorTypes ?? ERROR_TYPES), OTHER]),
];

/** What says of a queue that it is gone outlives it. */
const { queueLifecycle: _, ...mortal } = metrics;

/** Every other metric that tells of one queue. */
export const queueMetrics = metricsWith({ ...mortal, ...batchMetrics }, 'queue');
