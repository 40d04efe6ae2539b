import { presets } from '../presets/index.ts';
import type { Inhibition } from './model.ts';

/** Alerts by all their names. */
const named = (...alerts: readonly string[]): readonly string[] =>
  alerts.flatMap((alert) => [alert, ...presets.flatMap((preset) => preset.alerts[alert] ?? [])]);

/** A warning says nothing beside the critical alert on the same thing. */
export const inhibitions: readonly Inhibition[] = [
  {
    sources: ['IcebergOffloadLagCritical'],
    targets: ['IcebergOffloadLagElevated'],
    equal: ['layer', 'table'],
  },
  { sources: ['IcebergOffloadCycleTooSlow'], targets: ['IcebergOffloadCycleSlow'], equal: ['layer'] },
  {
    sources: named('JobGone', 'JobStopped'),
    targets: named('JobMissedRun', 'JobStale', 'JobNeverSucceeded', 'SyncDataStale'),
    equal: ['job_name'],
  },
  {
    sources: named('JobFailing'),
    targets: named('JobStale', 'JobNeverSucceeded', 'SyncDataStale'),
    equal: ['job_name'],
  },
  { sources: named('JobStuck'), targets: named('JobSlow', 'JobOverlapping'), equal: ['job_name'] },
];
