import {
  datasetCheckLastRun,
  datasetCompletenessObjective,
  datasetDeclared,
  datasetFreshnessObjective,
  datasetFreshnessWarning,
  datasetLifecycle,
  datasetLoadMaxRows,
  datasetLoadMinRows,
  datasetNewestRecordKnown,
  datasetOwner,
  datasetPages,
  datasetScoreObjective,
  datasetScoreWarning,
  datasetSuiteDeclared,
  datasetSuiteRetired,
  datasetValuesOutside,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../../engine/model/rule.ts';
import { days } from '../../../engine/promql/duration.ts';
import { asSeconds, larger, promql, type Query, type RecordedSeries } from '../../../engine/promql/promql.ts';
import {
  enabledOf,
  limitOf,
  ownershipOf,
  remembered,
  sharedNames,
  thing,
} from '../../../engine/remembered/index.ts';
import { datasetClockTolerance, datasetKeptPromises } from '../thresholds.ts';

/* Which data sets, suites and columns there are, and what people said of them. */

export const PER_DATASET = ['dataset', 'layer'] as const;
export const PER_SUITE = ['dataset', 'layer', 'suite'] as const;
export const PER_COLUMN = ['dataset', 'layer', 'column'] as const;

export const named = (record: string): RecordedSeries => ({
  record: `dataset_layer:${record}`,
  labels: PER_DATASET,
});
const FRESHNESS = named('dataset_freshness_objective_seconds:last_known');
const CHECK_INTERVAL: RecordedSeries = {
  record: 'dataset_layer_suite:dataset_check_interval_seconds:last_known',
  labels: PER_SUITE,
};

/** Until somebody is told of what is due after so long, and has had as long again to act. */
const untilToldOf = (due: Query) => promql`(${datasetKeptPromises} * ${due} + ${asSeconds(days(1))})`;

/** Data sets. One that no process has is remembered for a week, or for as long as its freshness, its checks and a page need. */
export const dataset = thing({
  labels: PER_DATASET,
  noun: 'dataset',
  declared: datasetDeclared,
  keptFor: days(7),
  keptLonger: larger(
    PER_DATASET,
    untilToldOf(remembered(FRESHNESS)),
    untilToldOf(promql`max by (dataset, layer) (${remembered(CHECK_INTERVAL)})`),
  ),
  retired: promql`(${datasetLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: datasetClockTolerance,
});

/** The suites that a data set is checked by. */
export const suite = thing({
  labels: PER_SUITE,
  noun: 'dataset_suite',
  declared: datasetSuiteDeclared,
  keptFor: days(7),
  keptLonger: untilToldOf(remembered(CHECK_INTERVAL)),
  retired: promql`(${datasetSuiteRetired} > 0)`,
  of: dataset,
  clockTolerance: datasetClockTolerance,
});

/** The columns of a data set whose values are looked at. */
export const column = thing({
  labels: PER_COLUMN,
  noun: 'dataset_column',
  declared: datasetValuesOutside,
  keptFor: days(7),
  of: dataset,
  clockTolerance: datasetClockTolerance,
});

/** Data sets of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (dataset, layer) (${datasetLifecycle.where({ state })} == 1)`;

export const freshnessObjective = dataset.lastKnown(datasetFreshnessObjective);
/** What the age is compared with: the objective, and the former one while a shorter one could not have been kept yet. */
export const freshness = limitOf(dataset, datasetFreshnessObjective, freshnessObjective, {
  name: 'dataset_freshness',
});
export const freshnessWarning = dataset.lastKnown(datasetFreshnessWarning);
export const scoreObjective = dataset.lastKnown(datasetScoreObjective);
export const scoreWarning = dataset.lastKnown(datasetScoreWarning);
export const completenessObjective = dataset.lastKnown(datasetCompletenessObjective);
/** How many rows a load should bring; absent where nobody says. */
export const loadMinRows = dataset.stated(datasetLoadMinRows);
export const loadMaxRows = dataset.stated(datasetLoadMaxRows);

/** Whether anything is promised of a data set, 1 or 0, by what was last said. */
export const enabled = enabledOf(dataset, 'dataset', inState);

/** Data sets of which something is promised. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Data sets that a person has disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

const answering = ownershipOf(dataset, 'dataset', {
  owner: datasetOwner,
  pages: datasetPages,
});

/** The owner of each data set, and `pages="false"` on one that must wake nobody: one series of value 1 for each data set. */
export const { ownership } = answering;

const exporters = dataset.stated(datasetDeclared, ['job']);

/** Which service, by the `job` label of its targets, was the last to declare each data set. */
export const exportedBy: Recording = {
  record: 'dataset_layer_job:dataset_exporter:info',
  labels: [...PER_DATASET, 'job'],
  expr: promql`0 * topk by (dataset, layer) (1, ${exporters}) + 1`,
};

/** Data sets of which several services tell how new they are, and suites that several run: each hides what the other says. */
export const sharedDatasets = sharedNames(datasetNewestRecordKnown, PER_DATASET, 'dataset');
export const sharedSuites = sharedNames(datasetCheckLastRun, PER_SUITE, 'dataset_suite');

/** In the order in which they read each other. */
export const thingRecordings: readonly Recording[] = [
  ...dataset.register,
  ...suite.register,
  ...column.register,
  freshness.shortened,
  freshnessObjective,
  freshness.limit,
  freshnessWarning,
  scoreObjective,
  scoreWarning,
  completenessObjective,
  loadMinRows,
  loadMaxRows,
  enabled,
  answering.owner,
  answering.doesNotPage,
  ownership,
  exporters,
  exportedBy,
  sharedDatasets,
  sharedSuites,
];
