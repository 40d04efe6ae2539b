import type { AlertStories } from '../../story.ts';
import { collectorEmpty, collectorFailing, collectorSlow, collectorStale } from './failing.ts';
import { collectorDisabled, collectorGone, collectorNameShared, collectorStopped } from './stopped.ts';

/** The stories of the alerts on collectors. */
export const collectorStories: readonly AlertStories[] = [
  collectorGone,
  collectorStopped,
  collectorStale,
  collectorFailing,
  collectorSlow,
  collectorEmpty,
  collectorNameShared,
  collectorDisabled,
];
