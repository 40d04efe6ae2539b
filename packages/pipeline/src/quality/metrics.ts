import { counter, gauge, info } from '@sightglass/core';
import { describe, LIFECYCLE_STATES } from '@sightglass/core/authors';

/** What a data set is: records that come, are checked by suites of expectations, and are held to what is promised of them. Each is named by its name and its layer. */

const PER_DATASET = ['dataset', 'layer'] as const;
const PER_SUITE = ['dataset', 'layer', 'suite'] as const;
const PER_COLUMN = ['dataset', 'layer', 'column'] as const;

export const datasetDeclared = gauge('dataset_declared_timestamp_seconds', {
  help: 'When the data set was declared in this process, or first recorded where nobody declares it, in Unix seconds.',
  labels: PER_DATASET,
});

export const datasetLifecycle = gauge('dataset_lifecycle_state', {
  help: 'Whether anything is promised of the data set: 1 for the present state, 0 for one that it had before. A person disables or retires it.',
  labels: { dataset: String, layer: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const datasetOwner = info('dataset_owner_info', {
  help: 'Who answers for the data set; absent where its declaration names nobody.',
  labels: [...PER_DATASET, 'owner'],
});

export const datasetPages = gauge('dataset_pages', {
  help: 'Is 0 where the declaration says that the data set wakes nobody, whatever happens to it; absent where it may.',
  labels: PER_DATASET,
  merge: 'max',
});

// Freshness.

export const datasetNewestRecord = gauge('dataset_newest_record_timestamp_seconds', {
  help: 'The time of the newest record, in Unix seconds; absent while the data set is empty, and until it is known.',
  labels: PER_DATASET,
  merge: { newestBy: 'dataset_newest_record_known_timestamp_seconds' },
});

export const datasetNewestRecordKnown = gauge('dataset_newest_record_known_timestamp_seconds', {
  help: 'When it was last read or told how new the newest record is, or that there is none, in Unix seconds.',
  labels: PER_DATASET,
});

export const datasetEmpty = gauge('dataset_empty', {
  help: 'Whether the data set was without any record (1) or not (0) when that was last known; absent until it is.',
  labels: PER_DATASET,
  merge: { newestBy: 'dataset_newest_record_known_timestamp_seconds' },
});

export const datasetNewestRecordRead = gauge('dataset_newest_record_read', {
  help: 'Whether the newest record could be read at this collection (1), or the source failed or did not answer in time (0); absent where nothing reads it.',
  labels: PER_DATASET,
  merge: 'max',
});

export const datasetUpdated = gauge('dataset_updated_timestamp_seconds', {
  help: 'When the newest record was last seen to be another than before, in Unix seconds: the last update of the data set.',
  labels: PER_DATASET,
});

export const datasetFreshnessObjective = gauge('dataset_freshness_objective_seconds', {
  help: 'How old the newest record may be.',
  labels: PER_DATASET,
  merge: 'max',
});

export const datasetFreshnessWarning = gauge('dataset_freshness_warning_seconds', {
  help: 'From which age of the newest record on the data set is late, before it is stale.',
  labels: PER_DATASET,
  merge: 'max',
});

export const datasetUpdateInterval = gauge('dataset_update_interval_seconds', {
  help: 'How much time lies between two updates; absent where the declaration does not say.',
  labels: PER_DATASET,
  merge: 'max',
});

// Suites of expectations.

export const datasetSuiteDeclared = gauge('dataset_suite_declared_timestamp_seconds', {
  help: 'When the suite was declared in this process, or first recorded where nobody declares it, in Unix seconds.',
  labels: PER_SUITE,
});

export const datasetSuiteRetired = gauge('dataset_suite_retired_timestamp_seconds', {
  help: 'When a person said that the suite is checked no more, in Unix seconds; absent for one that is.',
  labels: PER_SUITE,
});

export const datasetCheckInterval = gauge('dataset_check_interval_seconds', {
  help: 'How much time lies between two runs of the suite; absent for one that nobody declares.',
  labels: PER_SUITE,
  merge: 'max',
});

export const datasetChecks = counter('dataset_checks_total', {
  help: 'Runs of the suite by how they ended: passed, failed (expectations of severity error), or errored: nothing was evaluated.',
  labels: { dataset: String, layer: String, suite: String, status: ['passed', 'failed', 'errored'] },
  unit: '{run}',
});

export const datasetCheckLastRun = gauge('dataset_check_last_run_timestamp_seconds', {
  help: 'When the suite last ran, whatever became of it, in Unix seconds.',
  labels: PER_SUITE,
});

export const datasetCheckLastVerdict = gauge('dataset_check_last_verdict_timestamp_seconds', {
  help: 'When the suite last evaluated expectations, in Unix seconds; absent until it does.',
  labels: PER_SUITE,
});

export const datasetCheckErrored = gauge('dataset_check_errored', {
  help: 'Whether the last run of the suite evaluated nothing (1) or something (0); absent until it ran.',
  labels: PER_SUITE,
  merge: { newestBy: 'dataset_check_last_run_timestamp_seconds' },
});

export const datasetQualityScore = gauge('dataset_quality_score_ratio', {
  help: 'The share of the expectations of the last evaluated run that did not fail with severity error, from 0 to 1; absent until there is one.',
  labels: PER_SUITE,
  merge: { newestBy: 'dataset_check_last_verdict_timestamp_seconds' },
});

export const datasetCheckEvaluated = gauge('dataset_check_evaluated_expectations', {
  help: 'Expectations that the last evaluated run looked at; absent where it told its score alone.',
  labels: PER_SUITE,
  unit: '{expectation}',
  merge: { newestBy: 'dataset_check_last_verdict_timestamp_seconds' },
});

export const datasetCheckFailed = gauge('dataset_check_failed_expectations', {
  help: 'Expectations of severity error that failed in the last evaluated run.',
  labels: PER_SUITE,
  unit: '{expectation}',
  merge: { newestBy: 'dataset_check_last_verdict_timestamp_seconds' },
});

export const datasetCheckWarned = gauge('dataset_check_warned_expectations', {
  help: 'Expectations of severity warn that failed in the last evaluated run.',
  labels: PER_SUITE,
  unit: '{expectation}',
  merge: { newestBy: 'dataset_check_last_verdict_timestamp_seconds' },
});

export const datasetFailedExpectations = counter('dataset_failed_expectations_total', {
  help: 'Expectations that failed, by severity, over all runs of the suite.',
  labels: { dataset: String, layer: String, suite: String, severity: ['error', 'warn'] },
  unit: '{expectation}',
});

export const datasetScoreObjective = gauge('dataset_score_objective_ratio', {
  help: 'The quality score below which somebody is woken, from 0 to 1.',
  labels: PER_DATASET,
  merge: 'max',
});

export const datasetScoreWarning = gauge('dataset_score_warning_ratio', {
  help: 'The quality score below which somebody is told, from 0 to 1.',
  labels: PER_DATASET,
  merge: 'max',
});

/** Born with the table that rows are kept in. */
export const datasetCheckRows = describe('counter', 'dataset_check_rows_total', {
  help: 'Rows for the table of failed expectations: written, failed (the database refused or did not answer in time), or dropped because too many waited.',
  labels: { outcome: ['written', 'failed', 'dropped'] },
  unit: '{row}',
});

// Completeness.

export const datasetCompleteness = gauge('dataset_completeness_ratio', {
  help: 'The share of the expected records that were found when that was last measured, from 0 to 1.',
  labels: PER_DATASET,
  merge: { newestBy: 'dataset_completeness_timestamp_seconds' },
});

export const datasetExpectedRecords = gauge('dataset_expected_records', {
  help: 'Records that should have been there when completeness was last measured.',
  labels: PER_DATASET,
  unit: '{record}',
  merge: { newestBy: 'dataset_completeness_timestamp_seconds' },
});

export const datasetMissingRecords = gauge('dataset_missing_records', {
  help: 'Records that were missing when completeness was last measured.',
  labels: PER_DATASET,
  unit: '{record}',
  merge: { newestBy: 'dataset_completeness_timestamp_seconds' },
});

export const datasetGaps = gauge('dataset_gaps', {
  help: 'Gaps in the data, such as hours without a record, when completeness was last measured; absent where that does not say.',
  labels: PER_DATASET,
  unit: '{gap}',
  merge: { newestBy: 'dataset_completeness_timestamp_seconds' },
});

export const datasetCompletenessMeasured = gauge('dataset_completeness_timestamp_seconds', {
  help: 'When completeness was last measured, in Unix seconds.',
  labels: PER_DATASET,
});

export const datasetCompletenessObjective = gauge('dataset_completeness_objective_ratio', {
  help: 'The share of the expected records that should be there, from 0 to 1.',
  labels: PER_DATASET,
  merge: 'max',
});

// Volume.

export const datasetLoads = counter('dataset_loads_total', {
  help: 'Loads that ended well, by whether they brought anything.',
  labels: { dataset: String, layer: String, outcome: ['rows', 'zero_rows'] },
  unit: '{load}',
});

export const datasetLoadedRows = counter('dataset_loaded_rows_total', {
  help: 'Rows that loads have brought.',
  labels: PER_DATASET,
  unit: '{row}',
});

export const datasetLateRows = counter('dataset_late_rows_total', {
  help: 'Rows that came after the time up to which the data set was already taken for complete.',
  labels: PER_DATASET,
  unit: '{row}',
});

export const datasetLoadRows = gauge('dataset_load_rows', {
  help: 'Rows that the last load brought.',
  labels: PER_DATASET,
  unit: '{row}',
  merge: { newestBy: 'dataset_last_load_timestamp_seconds' },
});

export const datasetLastLoad = gauge('dataset_last_load_timestamp_seconds', {
  help: 'When a load last ended well, in Unix seconds.',
  labels: PER_DATASET,
});

export const datasetLoadMinRows = gauge('dataset_load_min_rows', {
  help: 'Rows that a load should bring at least; 0 where one may bring nothing.',
  labels: PER_DATASET,
  unit: '{row}',
  merge: 'max',
});

export const datasetLoadMaxRows = gauge('dataset_load_max_rows', {
  help: 'Rows that a load should bring at most; absent where the declaration does not say.',
  labels: PER_DATASET,
  unit: '{row}',
  merge: 'max',
});

// Values.

export const datasetValuesOutside = gauge('dataset_values_out_of_range', {
  help: 'Values of the column that were outside of its range when they were last looked at; at least 1 where the smallest or the largest was.',
  labels: PER_COLUMN,
  unit: '{value}',
  merge: { newestBy: 'dataset_values_timestamp_seconds' },
});

export const datasetValueSmallest = gauge('dataset_value_smallest', {
  help: 'The smallest value of the column when its values were last looked at, in the unit of the column.',
  labels: PER_COLUMN,
  merge: { newestBy: 'dataset_values_timestamp_seconds' },
});

export const datasetValueLargest = gauge('dataset_value_largest', {
  help: 'The largest value of the column when its values were last looked at, in the unit of the column.',
  labels: PER_COLUMN,
  merge: { newestBy: 'dataset_values_timestamp_seconds' },
});

export const datasetValuesMeasured = gauge('dataset_values_timestamp_seconds', {
  help: 'When the values of the column were last looked at, in Unix seconds.',
  labels: PER_COLUMN,
});

export const datasetValueLowerBound = gauge('dataset_value_lower_bound', {
  help: 'The smallest value that the column may have, in its unit; absent where there is none.',
  labels: PER_COLUMN,
  merge: 'max',
});

export const datasetValueUpperBound = gauge('dataset_value_upper_bound', {
  help: 'The largest value that the column may have, in its unit; absent where there is none.',
  labels: PER_COLUMN,
  merge: 'max',
});

// Schema.

export const datasetSchemaDifferences = gauge('dataset_schema_differences', {
  help: 'Columns by which the schema differed from the expected one when it was last looked at: the declared columns, else those that were seen first.',
  labels: PER_DATASET,
  unit: '{column}',
  merge: { newestBy: 'dataset_schema_timestamp_seconds' },
});

export const datasetSchemaChanges = counter('dataset_schema_changes_total', {
  help: 'Columns that became different from the expected schema, by what became of them.',
  labels: { dataset: String, layer: String, change: ['added', 'removed', 'changed'] },
  unit: '{column}',
});

export const datasetSchemaMeasured = gauge('dataset_schema_timestamp_seconds', {
  help: 'When the schema was last looked at, in Unix seconds.',
  labels: PER_DATASET,
});
