import { days, minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on pipelines compare with, where it is not what the pipeline itself declares (duration, freshness): those are metrics, so that each pipeline is held to its own promise.
 */

export const pipelineClockTolerance = threshold(
  'pipeline_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const pipelineKeptFreshness = threshold(
  'pipeline_kept_freshness',
  2,
  'A pipeline that no process has is remembered for a week, or for twice its freshness objective and a day: until it is stale, somebody is told, and has had as long again to act.',
);

export const pipelineGoneAfter = threshold(
  'pipeline_gone_seconds',
  days(1),
  'For a pipeline that promises no freshness: most run once a day at least, and one that no process has for so long will not run by itself.',
);

export const pipelineStuckRatio = threshold(
  'pipeline_stuck_ratio',
  3,
  'Of the duration objective, as for DAGs: an execution that takes three times as long as it may does not come back by itself.',
);

export const pipelineRecordsFailedRatio = threshold(
  'pipeline_records_failed_ratio',
  0.01,
  'One record in a hundred: below it, single bad records of a source; beyond it, what is computed from the layer differs from what happened.',
);

export const pipelineSharedName = threshold(
  'pipeline_services',
  1,
  'One service. Two that declare a pipeline of the same name in one scope are one pipeline to the rules, and the death of one hides behind the other.',
);
