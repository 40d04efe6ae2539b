import { hours, minutes, seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts compare with, where it is not an objective that the pipeline itself declares. Those (lag, cycle duration, throughput,
 * success) are metrics, so that each pipeline is held to its own promise; their defaults stand in `declareOffload`.
 */

export const consecutiveFailuresCritical = threshold(
  'offload_consecutive_failures_critical',
  3,
  '004-A1: three errors. Counted per table since its last success rather than in 15 minutes, so that a table that fails in each cycle of a slow schedule is seen, and three tables that fail once each are not.',
);

export const lagElevatedRatio = threshold(
  'offload_lag_elevated_ratio',
  2 / 3,
  '004-A7: 20 of the 30 minutes that 004-A2 allows, as a share of the lag objective.',
);

export const watermarkStaleSeconds = threshold(
  'offload_watermark_stale_seconds',
  hours(1),
  '004-A4: a watermark that has not moved for an hour.',
);

export const watermarkStaleIntervals = threshold(
  'offload_watermark_stale_intervals',
  4,
  'A pipeline that runs less than four times an hour may miss as many cycles as one that runs every 15 minutes misses in the hour of 004-A4.',
);

export const cycleSlowRatio = threshold(
  'offload_cycle_slow_ratio',
  0.5,
  '004-A9: 5 of the 10 minutes that 004-A3 allows, as a share of the cycle duration objective.',
);

export const unsuccessfulCycles = threshold(
  'offload_unsuccessful_cycles',
  2,
  'One bad cycle of the few that a window holds is no rate (004-A6 says 95 %, and one of four is 75 %).',
);

export const offloadClockTolerance = threshold(
  'offload_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong; taken for true, it would hide that a watermark does not move until it has come. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const keptIntervals = threshold(
  'offload_kept_intervals',
  5,
  'How long a layer that is gone is remembered, where that is longer than a week: the four intervals after which its watermarks are stale, and one in which somebody hears of it.',
);

export const servicesOfATable = threshold(
  'offload_table_services',
  1,
  'One service. Two that offload a table of the same name in one scope are one to the rules, and the death of one hides behind the other.',
);

export const throughputWork = threshold(
  'offload_throughput_work_seconds',
  seconds(10),
  '004-A8 judges speed. Where all successful work of a window took less than this, fixed costs outweigh what was moved and rows per second say nothing.',
);
