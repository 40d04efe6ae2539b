import { minutes, seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on DAGs compare with, where it is not what the DAG itself declares (interval, SLA, freshness): those are metrics, so that each DAG is held to its own promise.
 */

export const dagClockTolerance = threshold(
  'dag_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong, as for jobs.',
);

export const dagKeptFreshness = threshold(
  'dag_kept_freshness',
  2,
  'A DAG that is gone is remembered for a week, or for twice its freshness objective and a day: until it is late, somebody is told, and has had as long again to act.',
);

export const dagLateEndShare = threshold(
  'dag_late_end_share',
  1 / 3,
  'Of the interval: what a run may end later than the one before, besides its SLA, before nothing is said to run any more. The same as for jobs (002-S2).',
);

export const dagLateEndSeconds = threshold(
  'dag_late_end_seconds',
  minutes(5),
  'A DAG that runs every few seconds is not measured more finely than it is scraped.',
);

export const dagStartTolerance = threshold(
  'dag_start_tolerance_seconds',
  seconds(60),
  'How long after its time a start still counts as that start: what the package itself allows before it counts a run as missed.',
);

export const dagStartToleranceRatio = threshold(
  'dag_start_tolerance_ratio',
  0.5,
  'The same for DAGs that start more often than every two minutes, as a share of the interval: a later start belongs to the next time.',
);

export const dagStuckRatio = threshold(
  'dag_stuck_ratio',
  3,
  'Of the SLA, whose end DagSlaMissed has told already: a run of a two-hour SLA that has taken six does not come back by itself.',
);

export const dagSlaApproached = threshold(
  'dag_sla_approached_ratio',
  0.2,
  '000-A13 names no margin: the last fifth of the time that the SLA gives, 24 minutes of two hours, is enough to look and to start by hand what does not come.',
);

export const dagSlaMissedKept = threshold(
  'dag_sla_missed_kept_seconds',
  minutes(15),
  'A run that ends soon after its deadline has missed it all the same, and is told of for as long as it takes to be read.',
);

export const dagStaleRatio = threshold(
  'dag_stale_ratio',
  0.875,
  'Of the freshness objective, as for jobs: what is nearly too old is told of before it is.',
);

export const dagLateRatio = threshold(
  'dag_late_ratio',
  0.1,
  'Of the interval: a tenth late, and the next start is noticeably nearer.',
);

export const dagLateLongest = threshold(
  'dag_late_longest_seconds',
  minutes(5),
  'For DAGs that run less than every 50 minutes, for which a tenth of the interval would be long.',
);

export const dagOverlapIntervals = threshold(
  'dag_overlap_intervals',
  1.5,
  'How long an overlap is told of, in intervals: up to the next start, which shows whether it happens again, and half an interval more.',
);

export const dagSharedName = threshold(
  'dag_services',
  1,
  'One service. Two that declare a DAG of the same id in one scope are one DAG to the rules, and the death of one hides behind the other.',
);

export const dagSchedulerBeats = threshold(
  'dag_scheduler_beats',
  3,
  'Heartbeats that do not come: one may fall between two scrapes, and a second be late.',
);

export const dagSchedulerLeast = threshold(
  'dag_scheduler_least_seconds',
  minutes(2),
  'For loops that come round every few seconds, which are not measured more finely than they are scraped.',
);
