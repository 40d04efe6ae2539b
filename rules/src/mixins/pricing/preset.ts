import type { Preset } from '../../engine/mixin/preset.ts';
import { PRICING_JOB } from './aliases.ts';

/** The eleven alerts of reference system 002 (items 002-A1 to A11), in its order. */
export const pricingSync: Preset = {
  name: 'pricing-sync',
  of: { job_name: PRICING_JOB },
  about: 'The alerts on the job "pricing-sync" under the names of reference system 002.',
  alerts: {
    JobStopped: 'PricingSyncSchedulerStopped',
    JobFailing: 'PricingSyncHighErrorRate',
    JobGone: 'PricingSyncNoRunsRecorded',
    SyncWriteErrors: 'PricingSyncDatabaseUpdateFailures',
    JobSlow: 'PricingSyncSlowDuration',
    SyncLowItems: 'PricingSyncLowModelsUpdated',
    JobMemoryHigh: 'PricingSyncMemoryUsageHigh',
    SyncSourceTimeouts: 'PricingSyncProviderTimeout',
    SyncDataStale: 'PricingSyncStaleData',
    SyncCompleted: 'PricingSyncCompleted',
    SyncSourceAdded: 'PricingSyncProviderAdded',
  },
};
