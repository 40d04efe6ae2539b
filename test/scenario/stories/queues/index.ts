import type { AlertStories, Story } from '../../story.ts';
import { queueDisabled, queueItemsTooOld, queueNoConsumer, queueStalled } from './consumers.ts';
import { queueDepthCritical, queueDepthHigh, queueNearCapacity } from './depth.ts';
import { queueDeadLetters, queueErrorsHigh, queueFailing } from './errors.ts';
import { queuesKnown } from './known.ts';
import { queueSlow, queueWorkStuck } from './slow.ts';

/** The stories of the alerts on queues. */
export const queueStories: readonly AlertStories[] = [
  queueNoConsumer,
  queueStalled,
  queueNearCapacity,
  queueDepthCritical,
  queueItemsTooOld,
  queueFailing,
  queueDepthHigh,
  queueErrorsHigh,
  queueWorkStuck,
  queueSlow,
  queueDeadLetters,
  queueDisabled,
];

/** The stories of what is recorded of queues. */
export const queueRecordingStories: readonly Story[] = [...queuesKnown];
