import { days, minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on queues compare with, where it is not what the queue itself declares (capacity, wait, duration, errors): those are metrics, so that
 * each queue is held to its own promise.
 */

export const queueClockTolerance = threshold(
  'queue_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const queueReadingKept = threshold(
  'queue_reading_kept_seconds',
  days(1),
  'How full a shared queue is goes on being known while nobody can read it: it holds what it held. After a day that says nothing any more, and whoever stopped reading it on purpose is not told of it for ever.',
);

export const queueDepthHigh = threshold(
  'queue_depth_high_ratio',
  0.1,
  '003-A5: more than 1,000 of a capacity of 10,000, as a share of what the queue declares.',
);

export const queueDepthCritical = threshold(
  'queue_depth_critical_ratio',
  0.5,
  '003-A6: more than 5,000 of a capacity of 10,000.',
);

export const queueNearCapacity = threshold(
  'queue_near_capacity_ratio',
  0.9,
  '003-A7: more than 9,000 of a capacity of 10,000. Beyond it whoever adds items is refused, or memory ends.',
);

export const queueStalledShortest = threshold(
  'queue_stalled_shortest_seconds',
  minutes(2),
  'A queue whose items may wait for a second only is not judged more finely than it is scraped and its worker restarts.',
);

export const queueStalledDurations = threshold(
  'queue_stalled_durations',
  2,
  'Of the duration objective: with one slot nothing ends for as long as a piece of work may take, and as long again when it is slow.',
);

export const queueErrorItems = threshold(
  'queue_error_items',
  20,
  'Attempts within the window, or failures in a row within a day: one failure among a few is no share (TR-21). Fewer than these are told of by QueueDeadLetters when they are given up.',
);

export const queueFailingRatio = threshold(
  'queue_failing_ratio',
  0.5,
  'More than half of the attempts: the work fails, and not some items.',
);

export const queueStuckRatio = threshold(
  'queue_stuck_ratio',
  5,
  'Of the duration objective. A piece of work that takes five times as long does not come back by itself, and holds its slot.',
);
