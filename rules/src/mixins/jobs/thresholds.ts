import { minutes, seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on jobs compare with, where it is not an objective that the job itself declares (interval, duration, freshness): those are
 * metrics, so that each job is held to its own promise.
 */

export const clockTolerance = threshold(
  'job_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong; taken for true, it would hide that nothing runs until it has come. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const keptFreshness = threshold(
  'job_kept_freshness',
  2,
  'A job that is gone is remembered for a week, or for twice its freshness objective and a day: until it is late, somebody is told, and has had as long again to act.',
);

export const defaultDuration = threshold(
  'job_default_duration_seconds',
  seconds(60),
  'What declareJob assumes for a job that declares no duration objective (002-S3: a p95 of 60 s), where a start is waited for. Nobody is paged by a default.',
);

export const lateEndShare = threshold(
  'job_late_end_share',
  1 / 3,
  '002-S2: no sync in 8 h with an interval of 6 h. A third of the interval is what a run may end later than the one before.',
);

export const lateEndSeconds = threshold(
  'job_late_end_seconds',
  minutes(5),
  'A job that runs every few seconds is not measured more finely than it is scraped.',
);

export const startTolerance = threshold(
  'job_start_tolerance_seconds',
  seconds(60),
  'How long after its time a start still counts as that start: what the scheduler package itself allows before it counts a run as missed.',
);

export const startToleranceRatio = threshold(
  'job_start_tolerance_ratio',
  0.5,
  'The same for jobs that start more often than every two minutes, as a share of the interval: a later start belongs to the next time.',
);

export const failedRatio = threshold(
  'job_failed_ratio',
  0.5,
  '002-A2: more than half of the runs. Counted over four intervals or more instead of one hour, which holds at most one run of a job that runs every six.',
);

export const failedRuns = threshold(
  'job_failed_runs',
  2,
  'Two runs: one failure among the few runs that a window holds is no rate.',
);

export const failuresInARow = threshold(
  'job_failures_in_a_row',
  3,
  'For jobs whose window holds so many runs that half of them take long to fail, and for those that ran hardly ever: three in a row are no accident.',
);

export const stuckRatio = threshold(
  'job_stuck_ratio',
  5,
  'Of the duration objective, which 95 % of the runs keep. Slow runs are told of by JobSlow; one that takes five times as long does not come back by itself.',
);

export const staleRatio = threshold(
  'job_stale_ratio',
  0.875,
  '002-A9: six hours and the hour for which they must hold, as a share of the eight that 002-S4 allows. At six hours, the interval itself, each cycle would warn.',
);

export const lateRatio = threshold(
  'job_late_ratio',
  0.1,
  'Of the interval: a tenth late, and the next start is noticeably nearer.',
);

export const lateLongest = threshold(
  'job_late_longest_seconds',
  minutes(5),
  'For jobs that run less than every 50 minutes, for which a tenth of the interval would be long.',
);

export const sharedName = threshold(
  'job_services',
  1,
  'One service. Two that declare a job of the same name in one scope are one job to the rules, and the death of one hides behind the other.',
);

export const overlapIntervals = threshold(
  'job_overlap_intervals',
  1.5,
  'How long an overlap is told of, in intervals: up to the next start, which shows whether it happens again, and half an interval more.',
);

export const memoryLimit = threshold('job_memory_bytes', 2_000_000_000, '002-A7: 2 GB.');
