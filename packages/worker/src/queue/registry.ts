import { sharedInProcess } from '@sightglass/core/authors';
import { queueLifecycle } from './metrics.ts';
import type { QueueTracker } from './tracker.ts';

/** The queues that this process has declared, by name. */
export const declaredQueues = (): Map<string, QueueTracker> =>
  sharedInProcess('@sightglass/worker/queues/1', () => new Map<string, QueueTracker>());

/** What holds now for a queue; undefined when it was never declared here. */
export const declaredQueue = (name: string): QueueTracker | undefined => declaredQueues().get(name);

/** Whether a person said that the queue is gone; then nothing more is recorded of it, until it is declared again. */
export const isRetired = (queue: string): boolean => queueLifecycle.peek({ queue, state: 'retired' }) === 1;
