import { processStore, showState } from '@sightglass/core/authors';
import { untrack } from './depth.ts';
import { queueHandles, queueMetrics } from './handles.ts';
import * as metrics from './metrics.ts';
import { declaredQueue, declaredQueues, isRetired } from './registry.ts';

/**
 * Says that a queue is gone for good, though this code does not declare it any longer: renamed, or removed. It exports `queue_lifecycle_state{state="retired"}` and nothing else,
 * so that no alert waits for it any more. Call it at the start of the version that lacks the queue. Never throws.
 * @example
 * retireQueue('mails'); // is 'notifications' now
 */
export function retireQueue(name: string): void {
  if (typeof name !== 'string' || name === '') {
    processStore().refused(metrics.queueLifecycle.descriptor.name);
    return;
  }
  if (isRetired(name)) return;
  const tracker = declaredQueue(name);
  if (tracker === undefined) showState(metrics.queueLifecycle, { queue: name }, 'retired');
  else tracker.to('retired');
  untrack(name);
  queueHandles.remove({ queue: name });
  queueMetrics.removeSeries({ queue: name });
}

/** Says of every queue of this process that it is stopping, because the process ends: `process.once('SIGTERM', stopQueues)`. See `queue.stop()`. Never throws. */
export function stopQueues(): void {
  for (const tracker of declaredQueues().values()) tracker.to('stopping');
}
