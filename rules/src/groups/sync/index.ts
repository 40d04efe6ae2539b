import { seconds } from '../../duration.ts';
import type { RuleGroup } from '../../rule.ts';
import { syncAlerts } from './alerts.ts';
import { itemsObjective, lastItems, sourceError, sourceTimeout, writeError } from './events.ts';
import { sourceAge, sourceFirstSeen, sourceLastSuccess } from './sources.ts';

export { syncAlerts } from './alerts.ts';
export * from './events.ts';
export * from './sources.ts';
export * from './thresholds.ts';

/** What is known of syncs and their sources, then the alerts: evaluated in order, so that each sees the state of the same instant. */
export const syncGroup: RuleGroup = {
  name: 'sightglass-syncs',
  interval: seconds(30),
  rules: [
    sourceFirstSeen,
    sourceLastSuccess,
    sourceAge,
    sourceError,
    sourceTimeout,
    writeError,
    lastItems,
    itemsObjective,
    ...syncAlerts,
  ],
};
