import { minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on collectors compare with, where it is not what the collector itself declares (interval, age, time limit, values): those are metrics.
 */

export const collectorClockTolerance = threshold(
  'collector_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const collectorSharedName = threshold(
  'collector_services',
  1,
  'One service. Two that declare a collector of the same name in one scope are one collector to the rules, and what one of them no longer reads hides behind the other.',
);

export const collectorSlowRatio = threshold(
  'collector_slow_ratio',
  0.5,
  'Of the time limit of a query: at half of it on average, a busy hour or twice as many rows end it before it has an answer.',
);
