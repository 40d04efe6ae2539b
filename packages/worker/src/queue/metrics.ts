import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { ITEM_OUTCOMES, ITEM_STATES } from './outcomes.ts';

/** What a queue is: items come, wait, and are worked off by consumers, one by one or in batches. */

export const queueItems = gauge('queue_items', {
  // In one tree of processes that of the fullest is shown, with its capacity: all of them mostly read one backend.
  help: 'Items in the queue by where they are. Of a queue that replicas share each says the same number, else each its own.',
  labels: { queue: String, state: ITEM_STATES },
  unit: '{item}',
  merge: 'max',
});

export const queueItemsRead = gauge('queue_items_read', {
  help: 'Whether the numbers of items could be read at this collection (1), or the backend failed or did not answer in time (0); absent where nothing reads them.',
  labels: ['queue'],
  merge: 'min',
});

export const queueOldestReady = gauge('queue_oldest_ready_timestamp_seconds', {
  help: 'When the oldest item that may be taken now was enqueued, in Unix seconds; absent while there is none.',
  labels: ['queue'],
  merge: 'min',
});

export const queueShared = gauge('queue_shared', {
  help: 'Whether all replicas have one queue (1: a number of items is that of the whole queue), or each has one of its own (0: they are added up).',
  labels: ['queue'],
  merge: 'max',
});

export const queueCapacity = gauge('queue_capacity', {
  help: 'Items that the queue has room for; absent where its declaration does not say.',
  labels: ['queue'],
  unit: '{item}',
  merge: 'max',
});

export const queueEnqueued = counter('queue_enqueued_items_total', {
  help: 'Items put into the queue.',
  labels: ['queue'],
  unit: '{item}',
});

export const queueProcessed = counter('queue_processed_items_total', {
  help: 'Attempts to work off an item that have ended, by what became of them.',
  labels: { queue: String, outcome: ITEM_OUTCOMES },
  unit: '{item}',
});

export const queueRetries = counter('queue_retries_total', {
  help: 'Attempts after the first one of an item.',
  labels: ['queue'],
  unit: '{attempt}',
});

export const queueDeadLetters = counter('queue_dead_letters_total', {
  help: 'Items given up after their last attempt: dead letters.',
  labels: ['queue'],
  unit: '{item}',
});

export const queueRedriven = counter('queue_redriven_items_total', {
  help: 'Dead letters put back into the queue.',
  labels: ['queue'],
  unit: '{item}',
});

export const queueErrors = counter('queue_errors_total', {
  help: 'Errors of workers by kind, from a closed set of each queue.',
  labels: ['queue', 'error_type'],
  unit: '{error}',
});

/** From a millisecond to ten minutes; the objective of the queue is one more bound of its own series. */
export const queueProcessingDuration = histogram('queue_processing_duration_seconds', {
  help: 'How long a piece of work took, an item or a batch, from its start to its end.',
  labels: { queue: String, outcome: ['success', 'failed'] },
  buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600],
});

/** From a tenth of a second to an hour; the objective of the queue is one more bound of its own series. */
export const queueWaitDuration = histogram('queue_wait_duration_seconds', {
  help: 'How long items waited from the time they could be taken to the start of their work.',
  labels: ['queue'],
  buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600],
});

export const queueInFlight = gauge('queue_in_flight', {
  help: 'Pieces of work, items or batches, that are under way in this process.',
  labels: ['queue'],
});

export const queueSlots = gauge('queue_slots', {
  help: 'Pieces of work that may be under way in this process at once; absent where it does not say.',
  labels: ['queue'],
});

export const queueWorkStarted = gauge('queue_work_started_timestamp_seconds', {
  help: 'When the oldest piece of work that is under way began, in Unix seconds; absent while none is.',
  labels: ['queue'],
  merge: 'min',
});

export const queueLastProgress = gauge('queue_last_progress_timestamp_seconds', {
  help: 'When an attempt to work off an item last came to its end, well or badly, in Unix seconds.',
  labels: ['queue'],
});

export const queueDeclared = gauge('queue_declared_timestamp_seconds', {
  help: 'When the queue was declared in this process, in Unix seconds: since when first work may be waited for.',
  labels: ['queue'],
});

export const queueConsumers = gauge('queue_consumers', {
  help: 'Consumers in this process that take items of the queue now; absent in a process that only adds to it or looks at it.',
  labels: ['queue'],
});

export const queueWaitObjective = gauge('queue_wait_objective_seconds', {
  help: 'How long an item may wait until its work starts.',
  labels: ['queue'],
  merge: 'max',
});

export const queueDurationObjective = gauge('queue_duration_objective_seconds', {
  help: 'How long a piece of work may take.',
  labels: ['queue'],
  merge: 'max',
});

export const queueErrorObjective = gauge('queue_error_objective_ratio', {
  help: 'The share of attempts that may fail, from 0 to 1.',
  labels: ['queue'],
  merge: 'max',
});

export const queueLifecycle = gauge('queue_lifecycle_state', {
  help: 'Whether the queue is meant to be worked off: 1 for the present state, 0 for one that it had before. A person disables or retires it, a replica stands by until it is elected, a process that ends is stopping.',
  labels: { queue: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const queueOwner = info('queue_owner_info', {
  help: 'Who answers for the queue; absent where its declaration names nobody.',
  labels: ['queue', 'owner'],
});

export const queuePages = gauge('queue_pages', {
  help: 'Is 0 where the declaration says that the queue wakes nobody, whatever happens to it; absent where it may.',
  labels: ['queue'],
  merge: 'max',
});
