import type { AlertStories } from '../../story.ts';
import { syncCompleted, syncLowItems, syncWriteErrors } from './runs.ts';
import {
  syncDataStale,
  syncSourceAdded,
  syncSourceFailing,
  syncSourceTimeouts,
  syncSourceVanished,
} from './sources.ts';

export { pricingAliases } from './aliases.ts';
export { syncsKnown } from './known.ts';

/** The stories of the alerts on syncs. */
export const syncStories: readonly AlertStories[] = [
  syncWriteErrors,
  syncDataStale,
  syncSourceFailing,
  syncSourceTimeouts,
  syncLowItems,
  syncSourceAdded,
  syncSourceVanished,
  syncCompleted,
];
