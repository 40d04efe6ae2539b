import {
  datasetCheckErrored,
  datasetCheckFailed,
  datasetCheckInterval,
  datasetCheckLastRun,
  datasetCheckLastVerdict,
  datasetCheckWarned,
  datasetQualityScore,
  datasetSuiteDeclared,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../../engine/model/rule.ts';
import { larger, promql } from '../../../engine/promql/promql.ts';
import { limitOf } from '../../../engine/remembered/index.ts';
import { datasetCheckIntervals } from '../thresholds.ts';
import { isDisabled, named, PER_SUITE, suite } from './things.ts';

/* What the suites found, and when each ran. */

/** How much time lies between two runs of a suite; absent for one that nobody declares. */
export const checkInterval = suite.stated(datasetCheckInterval);
/** What is compared with the age of a check: the interval, and the former one while a shorter one could not have been kept yet. */
export const checkLimit = limitOf(suite, datasetCheckInterval, checkInterval, {
  name: 'dataset_check',
  times: datasetCheckIntervals,
});
export const lastRun = suite.newest(datasetCheckLastRun);
export const lastVerdict = suite.newest(datasetCheckLastVerdict);
export const errored = suite.ofLatest(datasetCheckErrored, datasetCheckLastRun, lastRun);
export const score = suite.ofLatest(datasetQualityScore, datasetCheckLastVerdict, lastVerdict);
export const failed = suite.ofLatest(datasetCheckFailed, datasetCheckLastVerdict, lastVerdict);
export const warned = suite.ofLatest(datasetCheckWarned, datasetCheckLastVerdict, lastVerdict);

/** Until when a suite is accounted for: it evaluated something, its data set was disabled, or it was declared for the first time. */
const accounted = suite.recording(
  'dataset_check_accounted_timestamp_seconds:last_known',
  (self) => promql`(0 * ${suite.seen} + time() and on (dataset, layer) ${isDisabled})
    or on (dataset, layer, suite)
    ${larger(PER_SUITE, lastVerdict, suite.known(self))}
    or on (dataset, layer, suite)
    min by (dataset, layer, suite) (${datasetSuiteDeclared})`,
);

/** How long ago each suite evaluated something, or since when its first run has been waited for. */
export const checkAge: Recording = {
  record: 'dataset_layer_suite:dataset_check_age_seconds:last_known',
  labels: PER_SUITE,
  expr: promql`clamp_min(time() - ${accounted}, 0)`,
};

/** The score of the worst suite of each data set: an average would hide it behind the others (TR-24). */
export const worstScore: Recording = {
  ...named('dataset_quality_score_ratio:min'),
  expr: promql`min by (dataset, layer) (${score})`,
};

/** In the order in which they read each other. */
export const checkRecordings: readonly Recording[] = [
  checkLimit.shortened,
  checkInterval,
  checkLimit.limit,
  lastRun,
  lastVerdict,
  errored,
  score,
  failed,
  warned,
  accounted,
  checkAge,
  worstScore,
];
