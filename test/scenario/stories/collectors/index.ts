import type { AlertStories } from '../../story.ts';
import { collectorEmpty, collectorFailing, collectorSlow, collectorStale } from './failing.ts';
import { collectorDisabled, collectorGone, collectorStopped } from './stopped.ts';

/** The stories of the alerts on collectors. */
export const collectorStories: readonly AlertStories[] = [
  collectorGone,
  collectorStopped,
  collectorStale,
  collectorFailing,
  collectorSlow,
  collectorEmpty,
  collectorDisabled,
];
