import {
  statisticJudged,
  statisticLastRun,
  statisticLastValue,
  statisticLifecycle,
  statisticMean,
  statisticOwner,
  statisticScore,
  statisticSensitivity,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { enabledOf, thing } from '../../engine/remembered/index.ts';
import { statisticClockTolerance } from './thresholds.ts';

/*
 * Numbers that runs give, compared with those of earlier runs by the processes that have them: the last verdict of each, of the replica that ran last. It stands until the next run,
 * also when the process is gone.
 */

export const PER_STATISTIC = ['statistic', 'kind'] as const;

/** Statistics. One that no process has is remembered for a week. */
export const statistic = thing({
  labels: PER_STATISTIC,
  noun: 'statistic',
  declared: statisticSensitivity,
  keptFor: days(7),
  retired: promql`(${statisticLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: statisticClockTolerance,
});

const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (statistic, kind) (${statisticLifecycle.where({ state })} == 1)`;

/** Whether anybody is to be told of a statistic, 1 or 0, by what was last said. */
export const enabled = enabledOf(statistic, 'statistic', inState);
export const isEnabled = promql`(${enabled} == 1)`;

/** When a run last gave a value. */
export const lastRun = statistic.newest(statisticLastRun);

/** The score of the last run, what it gave, and the mean of those before it. */
export const score = statistic.ofLatest(statisticScore, statisticLastRun, lastRun);
export const judged = statistic.ofLatest(statisticJudged, statisticLastRun, lastRun);
export const lastValue = statistic.ofLatest(statisticLastValue, statisticLastRun, lastRun);
export const trainingMean = statistic.ofLatest(statisticMean, statisticLastRun, lastRun);

/** The score beyond which a run is unusual. */
export const sensitivity = statistic.lastKnown(statisticSensitivity);

const owner = statistic.stated(statisticOwner, ['owner']);

/** The owner of each statistic: one series of value 1 for each. */
export const ownership: Recording = {
  record: 'statistic_kind_owner:statistic_ownership:info',
  labels: ['statistic', 'kind', 'owner'],
  expr: promql`topk by (statistic, kind) (1, ${owner} or on (statistic, kind) 0 * ${statistic.seen} + 1)`,
};

/** In the order in which they read each other. */
export const statisticRecordings: readonly Recording[] = [
  ...statistic.register,
  enabled,
  lastRun,
  score,
  judged,
  lastValue,
  trainingMean,
  sensitivity,
  owner,
  ownership,
];
