import * as worker from '@sightglass/worker/metrics';
import { queueWaitObjective } from '@sightglass/worker/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { queueAlerts } from './alerts.ts';
import { countRecordings } from './counts.ts';
import { ownership, PER_QUEUE, queueRecordings } from './recordings.ts';

export { queueAlerts } from './alerts.ts';
export * from './counts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** Queues and their workers. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const queues = defineMixin({
  name: 'queues',
  component: 'queue',
  about: 'Queues and their workers, each by what it declares: what the alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'declareQueue()',
      metrics: Object.values(worker),
      appears: {
        queue_items: 'when depth is declared',
        queue_items_read: 'when depth is declared',
        queue_oldest_ready_timestamp_seconds: 'while an item is ready, when depth says since when',
        queue_capacity: 'when capacity is declared',
        queue_slots: 'when concurrency is declared',
        queue_consumers: 'unless consumes is false',
        queue_work_started_timestamp_seconds: 'while work is under way',
        queue_last_progress_timestamp_seconds: 'after the first item',
      },
      optional: ['queue_owner_info', 'queue_pages'],
    },
  ],
  owners: { of: PER_QUEUE, ownership, complete: true },
  identities: [{ labels: PER_QUEUE, declared: queueWaitObjective }],
  groups: () => [
    {
      name: 'sightglass-queues',
      interval: seconds(30),
      rules: [...queueRecordings, ...countRecordings, ...queueAlerts],
    },
  ],
  // From what says most to what says least of one trouble: nobody works, nothing moves, it is full, items are old.
  inhibitions: [
    {
      sources: ['QueueNoConsumer'],
      targets: [
        'QueueStalled',
        'QueueNearCapacity',
        'QueueDepthCritical',
        'QueueItemsTooOld',
        'QueueDepthHigh',
      ],
      equal: ['queue'],
    },
    {
      sources: ['QueueStalled'],
      targets: [
        'QueueNearCapacity',
        'QueueDepthCritical',
        'QueueItemsTooOld',
        'QueueDepthHigh',
        'QueueWorkStuck',
      ],
      equal: ['queue'],
    },
    {
      sources: ['QueueNearCapacity'],
      targets: ['QueueDepthCritical', 'QueueItemsTooOld', 'QueueDepthHigh'],
      equal: ['queue'],
    },
    { sources: ['QueueDepthCritical'], targets: ['QueueItemsTooOld', 'QueueDepthHigh'], equal: ['queue'] },
    { sources: ['QueueFailing'], targets: ['QueueErrorsHigh', 'QueueDeadLetters'], equal: ['queue'] },
  ],
});
