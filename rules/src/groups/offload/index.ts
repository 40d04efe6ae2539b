import { minutes, seconds } from '../../duration.ts';
import type { RuleGroup } from '../../rule.ts';
import { offloadAlerts } from './alerts.ts';
import { lastKnownRecordings } from './last-known.ts';
import { cycleDuration, windowRecordings } from './recordings.ts';

export { offloadAlerts } from './alerts.ts';
export * from './last-known.ts';
export * from './recordings.ts';
export { windowSeconds } from './windows.ts';

/** Windows of hours and days move slowly and read the most samples, so they are evaluated less often. */
export const offloadWindowsGroup: RuleGroup = {
  name: 'sightglass-offload-windows',
  interval: minutes(1),
  rules: windowRecordings,
};

/** What the alerts compare, then the alerts: evaluated in order, so that each sees the state of the same instant. */
export const offloadGroup: RuleGroup = {
  name: 'sightglass-offload',
  interval: seconds(30),
  rules: [...lastKnownRecordings, cycleDuration, ...offloadAlerts],
};
