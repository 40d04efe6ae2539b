import { hours, minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on syncs compare with, where it is not an objective of the sync (items) or of its job (interval, freshness).
 */

export const timeoutsHold = threshold(
  'sync_timeouts_hold_seconds',
  minutes(30),
  '002-A8: told for 30 minutes after the last timeout at least.',
);

export const timeoutsHoldIntervals = threshold(
  'sync_timeouts_hold_intervals',
  1.5,
  'Of a sync that runs more rarely, up to the next run, which shows whether it times out again, and half an interval more.',
);

export const sourceIsNew = threshold(
  'sync_source_new_seconds',
  hours(1),
  '002-A11: an event, shown for an hour so that whoever looks sees it.',
);

export const sourceComesLater = threshold(
  'sync_source_later_seconds',
  minutes(5),
  'Sources that come within five minutes of the first declaration of the job are those that it began with.',
);

export const justCompleted = threshold(
  'sync_completed_seconds',
  minutes(5),
  '002-A10: an event, shown for five minutes.',
);
