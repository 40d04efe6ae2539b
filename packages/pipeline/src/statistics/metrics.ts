import { gauge, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { STATISTIC_KINDS } from './kinds.ts';

/**
 * What a statistic is: a number that a run gives once, such as the rows that it loaded or the seconds that it took, compared with those of the runs before it. The process that
 * has the runs computes it, since a few numbers a day are no series that Prometheus could take a deviation of.
 */

const labels = { statistic: String, kind: STATISTIC_KINDS } as const;
const merge = { newestBy: 'statistic_last_run_timestamp_seconds' } as const;

export const statisticLastValue = gauge('statistic_last_value', {
  help: 'What the last run gave.',
  labels,
  merge,
});

export const statisticLastRun = gauge('statistic_last_run_timestamp_seconds', {
  help: 'When a run last gave a value, in Unix seconds.',
  labels,
});

export const statisticDeclared = gauge('statistic_declared_timestamp_seconds', {
  help: 'When the statistic was declared in this process, in Unix seconds.',
  labels,
});

export const statisticRuns = gauge('statistic_training_runs', {
  help: 'Earlier runs that the last one was compared with.',
  labels,
  unit: '{run}',
  merge,
});

export const statisticMean = gauge('statistic_training_mean', {
  help: 'Mean of the earlier runs.',
  labels,
  merge,
});

export const statisticDeviation = gauge('statistic_training_standard_deviation', {
  help: 'Standard deviation of the earlier runs, as it is; what the score divides by is no smaller than its floor.',
  labels,
  merge,
});

export const statisticMedian = gauge('statistic_training_median', {
  help: 'Median of the earlier runs.',
  labels,
  merge,
});

export const statisticMedianDeviation = gauge('statistic_training_median_absolute_deviation', {
  help: 'Median of how far the earlier runs lie from their median (MAD).',
  labels,
  merge,
});

export const statisticZScore = gauge('statistic_z_score', {
  help: 'How many standard deviations the last run lies above the mean of the earlier ones, or with a minus below it.',
  labels,
  merge,
});

export const statisticRobustScore = gauge('statistic_robust_score', {
  help: 'The same by median and MAD, which single odd runs do not move.',
  labels,
  merge,
});

export const statisticScore = gauge('statistic_score', {
  help: 'The score that is compared with the sensitivity: that of the declared method, and 0 where it lies in a direction that is of no concern, or the run is not judged.',
  labels,
  merge,
});

export const statisticJudged = gauge('statistic_judged', {
  help: 'Whether the last run could be judged (1), or fewer runs are known than its declaration asks for (0).',
  labels,
  merge,
});

export const statisticSensitivity = gauge('statistic_sensitivity', {
  help: 'The score beyond which a run is unusual, up or down.',
  labels,
  merge: 'max',
});

export const statisticLifecycle = gauge('statistic_lifecycle_state', {
  help: 'Whether the statistic is kept: 1 for the present state, 0 for one that it had before. A person disables or retires it.',
  labels: { ...labels, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const statisticOwner = info('statistic_owner_info', {
  help: 'Who answers for what the statistic is of; absent where its declaration names nobody.',
  labels: { ...labels, owner: String },
});
