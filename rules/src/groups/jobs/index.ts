import { minutes, seconds } from '../../duration.ts';
import type { RuleGroup } from '../../rule.ts';
import { jobAlerts } from './alerts.ts';
import {
  consecutiveFailures,
  durationObjective,
  enabled,
  freshnessObjective,
  interval,
} from './last-known.ts';
import { lastDuration, lateness, memory, overlap, windowRecordings } from './runs.ts';
import { timeRecordings } from './times.ts';

export { jobAlerts } from './alerts.ts';
export * from './last-known.ts';
export * from './runs.ts';
export * from './thresholds.ts';
export * from './times.ts';

/** Windows of hours and days move slowly and read the most samples, so they are evaluated less often. */
export const jobWindowsGroup: RuleGroup = {
  name: 'sightglass-job-windows',
  interval: minutes(1),
  rules: windowRecordings,
};

/** What the alerts on jobs and syncs compare, each after what it reads. */
export const jobRecordings = [
  interval,
  enabled,
  freshnessObjective,
  durationObjective,
  consecutiveFailures,
  ...timeRecordings,
  lastDuration,
  lateness,
  overlap,
  memory,
];

/** What is known of jobs, then the alerts: evaluated in order, so that each sees the state of the same instant. */
export const jobGroup: RuleGroup = {
  name: 'sightglass-jobs',
  interval: seconds(30),
  rules: [...jobRecordings, ...jobAlerts],
};
