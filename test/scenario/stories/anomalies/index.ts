import type { AlertStories } from '../../story.ts';
import { anomalyIntake, anomalyRequests } from './hours.ts';
import { anomalyDuration, anomalyValue, anomalyVolume } from './runs.ts';

/** The stories of the alerts on what is unusual. */
export const anomalyStories: readonly AlertStories[] = [
  anomalyVolume,
  anomalyValue,
  anomalyDuration,
  anomalyRequests,
  anomalyIntake,
];
