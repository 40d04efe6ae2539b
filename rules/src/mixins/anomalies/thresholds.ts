import { minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

export * from '../../engine/anomalies/thresholds.ts';

export const statisticClockTolerance = threshold(
  'statistic_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);
