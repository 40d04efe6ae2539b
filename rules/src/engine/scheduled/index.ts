export { type ScheduledCounts, type ScheduledStatuses, scheduledCounts } from './counts.ts';
export type {
  ScheduledDeclarations,
  ScheduledMetrics,
  ScheduledOptions,
  ScheduledThresholds,
} from './declared.ts';
export { type ScheduledTimes, scheduledTimes } from './times.ts';
