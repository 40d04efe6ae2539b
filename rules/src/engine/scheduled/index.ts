export { type ScheduledCounts, type ScheduledStatuses, scheduledCounts } from './counts.ts';
export {
  type ScheduledMetrics,
  type ScheduledOptions,
  type ScheduledThresholds,
  type ScheduledTimes,
  scheduledTimes,
} from './times.ts';
