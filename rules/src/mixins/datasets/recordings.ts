import {
  datasetCheckErrored,
  datasetCheckFailed,
  datasetCheckInterval,
  datasetCheckLastRun,
  datasetCheckLastVerdict,
  datasetCheckWarned,
  datasetCompleteness,
  datasetCompletenessMeasured,
  datasetCompletenessObjective,
  datasetDeclared,
  datasetEmpty,
  datasetFreshnessObjective,
  datasetFreshnessWarning,
  datasetGaps,
  datasetLastLoad,
  datasetLifecycle,
  datasetLoadMaxRows,
  datasetLoadMinRows,
  datasetLoadRows,
  datasetMissingRecords,
  datasetNewestRecord,
  datasetNewestRecordKnown,
  datasetNewestRecordRead,
  datasetOwner,
  datasetPages,
  datasetQualityScore,
  datasetSchemaDifferences,
  datasetSchemaMeasured,
  datasetScoreObjective,
  datasetScoreWarning,
  datasetSuiteDeclared,
  datasetSuiteRetired,
  datasetUpdated,
  datasetValuesMeasured,
  datasetValuesOutside,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { asSeconds, larger, promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { remembered, thing } from '../../engine/remembered/index.ts';
import { datasetClockTolerance, datasetKeptFreshness } from './thresholds.ts';

/*
 * What is promised of data sets, what people said of them, how new, complete and right they are. Several replicas have one data set; of what is measured
 * that counts which was measured last, and it goes on being known when the process that measured it has ended.
 */

export const PER_DATASET = ['dataset', 'layer'] as const;
export const PER_SUITE = ['dataset', 'layer', 'suite'] as const;
export const PER_COLUMN = ['dataset', 'layer', 'column'] as const;

const named = (record: string): RecordedSeries => ({
  record: `dataset_layer:${record}`,
  labels: PER_DATASET,
});
const FRESHNESS = named('dataset_freshness_objective_seconds:last_known');

/** Data sets. One that no process has is remembered for a week, or for as long as its freshness and a page need. */
export const dataset = thing({
  labels: PER_DATASET,
  noun: 'dataset',
  declared: datasetDeclared,
  keptFor: days(7),
  keptLonger: promql`(${datasetKeptFreshness} * ${remembered(FRESHNESS)} + ${asSeconds(days(1))})`,
  retired: promql`(${datasetLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: datasetClockTolerance,
});

/** The suites that a data set is checked by. */
export const suite = thing({
  labels: PER_SUITE,
  noun: 'dataset_suite',
  declared: datasetSuiteDeclared,
  keptFor: days(7),
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
export const freshnessWarning = dataset.lastKnown(datasetFreshnessWarning);
export const scoreObjective = dataset.lastKnown(datasetScoreObjective);
export const scoreWarning = dataset.lastKnown(datasetScoreWarning);
export const completenessObjective = dataset.lastKnown(datasetCompletenessObjective);
/** How many rows a load should bring; absent where nobody says. */
export const loadMinRows = dataset.stated(datasetLoadMinRows);
export const loadMaxRows = dataset.stated(datasetLoadMaxRows);

/** Whether anything is promised of a data set, 1 or 0, by what was last said. */
export const enabled = dataset.recording(
  'dataset_enabled:last_known',
  (self) => promql`${inState('enabled')}
    or on (dataset, layer)
    0 * ${inState('disabled')}
    or on (dataset, layer)
    ${dataset.known(self)}
    or on (dataset, layer)
    0 * ${dataset.seen} + 1`,
);

/** Data sets of which something is promised. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Data sets that a person has disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

const owner = dataset.stated(datasetOwner, ['owner']);
const doesNotPage = dataset.stated(datasetPages);
const withOwner = promql`topk by (dataset, layer) (1, ${owner} or on (dataset, layer) 0 * ${dataset.seen} + 1)`;

/** The owner of each data set, and `pages="false"` on one that must wake nobody: one series of value 1 for each data set. */
export const ownership: Recording = {
  record: 'dataset_layer_owner_pages:dataset_ownership:info',
  labels: ['dataset', 'layer', 'owner', 'pages'],
  expr: promql`label_replace(${withOwner} and on (dataset, layer) ${doesNotPage}, "pages", "false", "", "")
    or on (dataset, layer)
    ${withOwner}`,
};

/** The time at which each data set was last looked at: that of the oldest sample of its replicas; now, when no process has it. */
export const view: Recording = {
  ...named('dataset_view_timestamp_seconds:min'),
  expr: promql`min by (dataset, layer) (timestamp(${datasetDeclared}))
    or on (dataset, layer)
    0 * ${dataset.seen} + time()`,
};

/** When anybody last knew how new the newest record is, or that there is none. */
export const lastKnowledge = dataset.newest(datasetNewestRecordKnown);

/** The newest record, by who looked last. One of a time to come says nothing. */
export const newestRecord = dataset.recording(
  'dataset_newest_record_timestamp_seconds:last_known',
  (self) => promql`max by (dataset, layer) (
      ${dataset.past(datasetNewestRecord)}
      and on (dataset, layer, job, instance)
      (${datasetNewestRecordKnown} >= on (dataset, layer) group_left () ${lastKnowledge})
    )
    or on (dataset, layer)
    ${dataset.known(self)}`,
);

/** Whether each data set is without any record, by who looked last. */
export const empty = dataset.ofLatest(datasetEmpty, datasetNewestRecordKnown, lastKnowledge);
/** Data sets without any record. */
export const isEmpty = promql`(${empty} == 1)`;

/** When the newest record was last seen to be another. */
export const lastUpdate = dataset.newest(datasetUpdated);

/** How old the newest record is, growing while the process hangs or is gone; absent while the data set is empty, and until anything is known of it. */
export const age: Recording = {
  ...named('dataset_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (dataset, layer) ${newestRecord}, 0) unless on (dataset, layer) ${isEmpty}`,
};

/** Since when anything is waited for of a data set of which nothing is known yet: it was declared for the first time, or disabled until then. */
const awaited = dataset.recording(
  'dataset_awaited_timestamp_seconds:last_known',
  (self) => promql`0 * (${isDisabled} or ${newestRecord} or ${isEmpty}) + time()
    or on (dataset, layer)
    ${dataset.known(self)}
    or on (dataset, layer)
    min by (dataset, layer) (${datasetDeclared})`,
);

/** How long it has been waited for what is known of the newest record; 0 as soon as anything is. */
export const unknownFor: Recording = {
  ...named('dataset_unknown_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (dataset, layer) ${awaited}, 0)`,
};

/** When anybody last could read the newest record; since when it has been tried, where nobody ever could. */
const lastRead = dataset.recording(
  'dataset_read_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (dataset, layer) (${datasetNewestRecordRead}) == 1) + time()
    or on (dataset, layer)
    ${dataset.known(self)}
    or on (dataset, layer)
    0 * max by (dataset, layer) (${datasetNewestRecordRead}) + time()`,
);

/** For how long the newest record can't be read, of data sets that a process tries to read; 0 while it can. */
export const unreadFor: Recording = {
  ...named('dataset_unread_seconds:last_known'),
  expr: promql`time() - ${lastRead} and on (dataset, layer) ${datasetNewestRecordRead}`,
};

/** How much time lies between two runs of a suite; absent for one that nobody declares. */
export const checkInterval = suite.stated(datasetCheckInterval);
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

export const completenessMeasured = dataset.newest(datasetCompletenessMeasured);
export const completeness = dataset.ofLatest(
  datasetCompleteness,
  datasetCompletenessMeasured,
  completenessMeasured,
);
export const missingRecords = dataset.ofLatest(
  datasetMissingRecords,
  datasetCompletenessMeasured,
  completenessMeasured,
);
export const gaps = dataset.ofLatest(datasetGaps, datasetCompletenessMeasured, completenessMeasured);

export const lastLoad = dataset.newest(datasetLastLoad);
export const loadRows = dataset.ofLatest(datasetLoadRows, datasetLastLoad, lastLoad);

const schemaMeasured = dataset.newest(datasetSchemaMeasured);
export const schemaDifferences = dataset.ofLatest(
  datasetSchemaDifferences,
  datasetSchemaMeasured,
  schemaMeasured,
);

const valuesMeasured = column.newest(datasetValuesMeasured);
export const valuesOutside = column.ofLatest(datasetValuesOutside, datasetValuesMeasured, valuesMeasured);

/** In the order in which they read each other. */
export const datasetRecordings: readonly Recording[] = [
  ...dataset.register,
  ...suite.register,
  ...column.register,
  freshnessObjective,
  freshnessWarning,
  scoreObjective,
  scoreWarning,
  completenessObjective,
  loadMinRows,
  loadMaxRows,
  enabled,
  owner,
  doesNotPage,
  ownership,
  view,
  lastKnowledge,
  newestRecord,
  empty,
  lastUpdate,
  age,
  awaited,
  unknownFor,
  lastRead,
  unreadFor,
  checkInterval,
  lastRun,
  lastVerdict,
  errored,
  score,
  failed,
  warned,
  accounted,
  checkAge,
  worstScore,
  completenessMeasured,
  completeness,
  missingRecords,
  gaps,
  lastLoad,
  loadRows,
  schemaMeasured,
  schemaDifferences,
  valuesMeasured,
  valuesOutside,
];
