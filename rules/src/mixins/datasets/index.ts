import * as pipeline from '@sightglass/pipeline/metrics';
import { datasetDeclared } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { datasetAlerts } from './alerts.ts';
import { datasetAliases } from './aliases.ts';
import { datasetRecordings, ownership, PER_DATASET } from './recordings/index.ts';

export * from './alerts.ts';
export * from './conditions.ts';
export * from './recordings/index.ts';
export * from './states.ts';
export * from './thresholds.ts';

const TOLD = {
  newest: 'when freshness is tracked',
  promised: 'when freshness is promised or tracked',
  suite: 'when suites are declared, or a check is recorded',
  run: 'after the first check',
  verdict: 'after the first check that evaluated something',
  complete: 'after the first recordCompleteness()',
  load: 'after the first recordVolume()',
  values: 'after the first recordValueRange()',
  schema: 'after the first recordSchema()',
} as const;

/** When each metric of data sets is there; what is not named is from the declaration on. */
const APPEARS = {
  dataset_newest_record_timestamp_seconds: TOLD.newest,
  dataset_newest_record_known_timestamp_seconds: TOLD.newest,
  dataset_empty: TOLD.newest,
  dataset_newest_record_read: 'when newest is declared, or trackFreshness() is given a reader',
  dataset_updated_timestamp_seconds: TOLD.newest,
  dataset_freshness_objective_seconds: TOLD.promised,
  dataset_freshness_warning_seconds: TOLD.promised,
  dataset_suite_declared_timestamp_seconds: TOLD.suite,
  dataset_check_interval_seconds: 'when suites are declared',
  dataset_checks_total: TOLD.suite,
  dataset_failed_expectations_total: TOLD.suite,
  dataset_score_objective_ratio: TOLD.suite,
  dataset_score_warning_ratio: TOLD.suite,
  dataset_check_last_run_timestamp_seconds: TOLD.run,
  dataset_check_errored: TOLD.run,
  dataset_check_last_verdict_timestamp_seconds: TOLD.verdict,
  dataset_quality_score_ratio: TOLD.verdict,
  dataset_check_evaluated_expectations: TOLD.verdict,
  dataset_check_failed_expectations: TOLD.verdict,
  dataset_check_warned_expectations: TOLD.verdict,
  dataset_check_rows_total: 'after keepQualityChecks()',
  dataset_completeness_ratio: TOLD.complete,
  dataset_completeness_timestamp_seconds: TOLD.complete,
  dataset_completeness_objective_ratio: 'when it is declared, or recordCompleteness() is called',
  dataset_expected_records: TOLD.complete,
  dataset_missing_records: TOLD.complete,
  dataset_gaps: 'when recordCompleteness() says them',
  dataset_loads_total: TOLD.load,
  dataset_loaded_rows_total: TOLD.load,
  dataset_late_rows_total: TOLD.load,
  dataset_load_rows: TOLD.load,
  dataset_last_load_timestamp_seconds: TOLD.load,
  dataset_load_min_rows: 'when volume is declared, or recordVolume() is called',
  dataset_load_max_rows: 'when volume says a maximum',
  dataset_values_out_of_range: TOLD.values,
  dataset_values_timestamp_seconds: TOLD.values,
  dataset_value_smallest: 'when recordValueRange() says it',
  dataset_value_largest: 'when recordValueRange() says it',
  dataset_value_lower_bound: 'when values says a minimum',
  dataset_value_upper_bound: 'when values says a maximum',
  dataset_schema_differences: TOLD.schema,
  dataset_schema_changes_total: TOLD.schema,
  dataset_schema_timestamp_seconds: TOLD.schema,
} as const;

const datasetMetrics = Object.values(pipeline).filter(({ descriptor }) =>
  descriptor.name.startsWith('dataset_'),
);

/** Data sets: how new, complete and right each is, by what it declares. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const datasets = defineMixin({
  name: 'datasets',
  component: 'dataset',
  about: 'Data sets, each by what it declares: how new, complete and right it is, and the alerts on that.',
  metrics: [
    {
      exportedBy: 'declareDataset()',
      metrics: datasetMetrics,
      appears: APPEARS,
      optional: [
        'dataset_owner_info',
        'dataset_pages',
        'dataset_update_interval_seconds',
        'dataset_suite_retired_timestamp_seconds',
      ],
    },
    {
      exportedBy: 'recordDocuments()',
      metrics: [pipeline.documentReads, pipeline.documentEntriesSkipped],
      // Not every service reads what other tools write.
      optional: ['document_reads_total', 'document_skipped_entries_total'],
    },
  ],
  owners: { of: PER_DATASET, ownership, complete: true },
  identities: [{ labels: PER_DATASET, declared: datasetDeclared }],
  groups: () => [
    {
      name: 'sightglass-datasets',
      interval: seconds(30),
      rules: [...datasetRecordings, ...datasetAlerts],
    },
  ],
  aliases: () => datasetAliases,
  // From what says most to what says least of one trouble.
  inhibitions: [
    {
      sources: ['DatasetEmpty'],
      targets: [
        'DatasetIncomplete',
        'DatasetCompletenessLow',
        'DatasetQualityLow',
        'DatasetQualityReduced',
        'DatasetZeroRows',
        'DatasetVolumeOutOfRange',
      ],
      equal: ['dataset', 'layer'],
    },
    {
      sources: ['DatasetStale', 'DatasetUnseen'],
      targets: [
        'DatasetLate',
        'DatasetUnreadable',
        'DatasetIncomplete',
        'DatasetCompletenessLow',
        'DatasetZeroRows',
      ],
      equal: ['dataset', 'layer'],
    },
    {
      sources: ['DatasetUnseen'],
      targets: ['DatasetCheckMissing'],
      equal: ['dataset', 'layer'],
    },
    // What no process of a service does any more is one trouble of that service.
    { sources: ['JobGone', 'DagGone', 'CollectorGone'], targets: ['DatasetUnseen'], equal: ['job'] },
    {
      sources: ['DatasetNeverLoaded'],
      targets: ['DatasetUnreadable', 'DatasetCheckMissing'],
      equal: ['dataset', 'layer'],
    },
    { sources: ['DatasetIncomplete'], targets: ['DatasetCompletenessLow'], equal: ['dataset', 'layer'] },
    {
      sources: ['DatasetQualityLow'],
      targets: ['DatasetQualityReduced', 'DatasetExpectationsWarned'],
      equal: ['dataset', 'layer', 'suite'],
    },
    {
      sources: ['DatasetCheckMissing'],
      targets: ['DatasetCheckBroken'],
      equal: ['dataset', 'layer', 'suite'],
    },
  ],
});
