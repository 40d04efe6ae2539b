import { promql } from '../../engine/promql/promql.ts';
import {
  age,
  checkAge,
  checkLimit,
  completeness,
  completenessObjective,
  freshness,
  freshnessObjective,
  freshnessWarning,
  isEmpty,
  loadMaxRows,
  loadMinRows,
  loadRows,
  score,
  scoreObjective,
  scoreWarning,
  sharedDatasets,
  sharedSuites,
  unknownFor,
  unreadFor,
} from './recordings/index.ts';
import { datasetCheckIntervals, datasetIncompleteRatio } from './thresholds.ts';

/* What is wrong with a data set: the alerts tell of it, and panels say their states by the same. */

export const isStale = promql`(${age} > on (dataset, layer) ${freshness.limit})`;
export const isLate = promql`(${age} > on (dataset, layer) ${freshnessWarning})`;
/** An empty one of which freshness is promised. */
export const isMissing = promql`(${isEmpty} and on (dataset, layer) ${freshnessObjective})`;
export const isUnknown = promql`(${unknownFor} > on (dataset, layer) ${freshnessObjective})`;
export const isUnreadable = promql`(${unreadFor} > ${0})`;
export const isLow = promql`(${score} < on (dataset, layer) group_left () ${scoreObjective})`;
export const isReduced = promql`(${score} < on (dataset, layer) group_left () ${scoreWarning})`;
export const isIncomplete = promql`(${completeness} < on (dataset, layer) ${datasetIncompleteRatio} * ${completenessObjective})`;
export const isThin = promql`(${completeness} < on (dataset, layer) ${completenessObjective})`;
export const isUnchecked = promql`(${checkAge} > on (dataset, layer, suite) ${datasetCheckIntervals} * ${checkLimit.limit})`;
/** How many services tell the same of one data set, where that is more than one. */
export const tellingServices = promql`(${sharedDatasets} or on (dataset, layer) max by (dataset, layer) (${sharedSuites}))`;
export const isZeroRows = promql`(${loadRows} == 0 and on (dataset, layer) (${loadMinRows} > ${0}))`;
export const isOddVolume = promql`((${loadRows} > ${0}) < on (dataset, layer) ${loadMinRows}
    or on (dataset, layer)
    ${loadRows} > on (dataset, layer) ${loadMaxRows})`;
