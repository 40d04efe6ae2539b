import { minutes } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on data sets compare with, where it is not what the data set itself declares (freshness, score, completeness, volume, check interval):
 * those are metrics, so that each data set is held to its own promise, and panels read the same.
 */

export const datasetClockTolerance = threshold(
  'dataset_clock_tolerance_seconds',
  minutes(5),
  'A time further ahead of the clock of Prometheus comes from a clock that is wrong, or from a record that is; taken for true, it would hide that no other comes. Five minutes is what protocols that compare clocks allow by default (Kerberos).',
);

export const datasetKeptPromises = threshold(
  'dataset_kept_promises',
  2,
  'A data set that no process has is remembered for a week, or for twice its freshness objective or the longest interval of its checks, and a day: until it is stale or unchecked, somebody is told, and has had as long again to act.',
);

export const datasetUnseen = threshold(
  'dataset_unseen_seconds',
  minutes(5),
  'A deploy or a failover of the database is over by then. Who is away for longer can not tell how new a data set is, and that is one trouble of all its data sets.',
);

export const datasetCheckIntervals = threshold(
  'dataset_check_missing_intervals',
  1.5,
  'Half an interval later than it should be, a check is missing and not late: the data it should have looked at is in use by then.',
);

export const datasetIncompleteRatio = threshold(
  'dataset_incomplete_ratio',
  0.9,
  'Of the share of records that is promised. Beyond one missing record in ten, sums and averages over the data are wrong, and not only thin; 001-A2 wakes at the same nine tenths.',
);

export const datasetServices = threshold(
  'dataset_services',
  1,
  'One service. Two that tell the same of one data set in one scope are one to the rules, and what one says hides what the other does.',
);
