import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';

/** What an offload pipeline is: it moves rows of tables from a hot store to a layer of a cold tier, a cycle at a time. */

export const offloadRows = counter('offload_rows_total', {
  help: 'Rows written to the cold tier.',
  labels: ['table', 'layer'],
  unit: '{row}',
});

export const offloadCycles = counter('offload_cycles_total', {
  help: 'Finished offload cycles: success when no table failed, partial when some did, failed when all did.',
  labels: { layer: String, status: ['success', 'partial', 'failed'] },
  unit: '{cycle}',
});

export const offloadErrors = counter('offload_errors_total', {
  help: 'Failed table offloads by kind of error.',
  labels: ['table', 'layer', 'error_type'],
  unit: '{error}',
});

export const offloadConsecutiveFailures = gauge('offload_consecutive_failures', {
  help: 'Failed offloads of the table since its last success; 0 after a success.',
  labels: ['table', 'layer'],
  unit: '{failure}',
  merge: { newestBy: 'offload_last_cycle_timestamp_seconds' },
});

export const offloadWatermark = gauge('offload_watermark_timestamp_seconds', {
  help: 'The time up to which the table is complete in the cold tier, in Unix seconds.',
  labels: ['table', 'layer'],
  merge: { newestBy: 'offload_watermark_updated_timestamp_seconds' },
});

export const offloadWatermarkUpdated = gauge('offload_watermark_updated_timestamp_seconds', {
  help: 'When the watermark last moved, in Unix seconds; the time of declaration until it first does.',
  labels: ['table', 'layer'],
});

export const offloadLastSuccess = gauge('offload_last_success_timestamp_seconds', {
  help: 'When the table was last offloaded without an error, in Unix seconds.',
  labels: ['table', 'layer'],
});

export const offloadDuration = histogram('offload_duration_seconds', {
  help: 'How long the offload of one table took.',
  labels: { table: String, layer: String, status: ['success', 'failed'] },
  buckets: [1, 5, 10, 30, 60, 120, 300, 600],
});

/** Every step doubles or so around the objective of 10,000 rows/s, because an alert compares with it. */
export const offloadRowsPerSecond = histogram('offload_rows_per_second', {
  help: 'Rows written for each second of work, for each successful offload that moved rows.',
  labels: ['table', 'layer'],
  buckets: [100, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000],
  unit: '{row}',
});

export const offloadCycleDuration = histogram('offload_cycle_duration_seconds', {
  help: 'How long a whole cycle over all tables took.',
  labels: ['layer'],
  buckets: [5, 10, 15, 30, 60, 120, 300, 600, 900],
});

export const offloadLastCycle = gauge('offload_last_cycle_timestamp_seconds', {
  help: 'When the last cycle finished, whatever its status, in Unix seconds.',
  labels: ['layer'],
});

export const offloadLastCycleDuration = gauge('offload_last_cycle_duration_seconds', {
  help: 'How long the last finished cycle took.',
  labels: ['layer'],
  merge: { newestBy: 'offload_last_cycle_timestamp_seconds' },
});

export const offloadCycleStarted = gauge('offload_cycle_started_timestamp_seconds', {
  help: 'When the cycle that is running now began, in Unix seconds; absent while none runs.',
  labels: ['layer'],
  merge: 'min',
});

export const offloadTablesConfigured = gauge('offload_tables_configured', {
  help: 'Tables that the pipeline is configured to offload.',
  labels: ['layer'],
  unit: '{table}',
  merge: 'max',
});

export const offloadInterval = gauge('offload_interval_seconds', {
  help: 'The declared time between the starts of two cycles.',
  labels: ['layer'],
  merge: 'max',
});

export const offloadLagObjective = gauge('offload_lag_objective_seconds', {
  help: 'How far the watermark may be behind the clock.',
  labels: ['table', 'layer'],
  merge: 'max',
});

export const offloadCycleDurationObjective = gauge('offload_cycle_duration_objective_seconds', {
  help: 'How long a cycle may take.',
  labels: ['layer'],
  merge: 'max',
});

export const offloadThroughputObjective = gauge('offload_throughput_objective_rows_per_second', {
  help: 'Rows that a second of work should move at least.',
  labels: ['layer'],
  unit: '{row}',
  merge: 'max',
});

export const offloadSuccessObjective = gauge('offload_success_objective_ratio', {
  help: 'The share of cycles that should succeed, from 0 to 1.',
  labels: ['layer'],
  merge: 'max',
});

export const offloadInfo = info('offload_info', {
  help: 'The pipeline that is running.',
  labels: ['layer', 'version'],
});

export const offloadLifecycle = gauge('offload_lifecycle_state', {
  help: 'Whether the layer is meant to be offloaded: 1 for the present state, 0 for one that it had before. A person disables or retires it, a replica stands by until it is elected, a process that ends is stopping.',
  labels: { layer: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const offloadTableRetired = gauge('offload_table_retired_timestamp_seconds', {
  help: 'When somebody said that the table is gone for good, in Unix seconds; every other series of it has ended.',
  labels: ['table', 'layer'],
});

export const offloadOwner = info('offload_owner_info', {
  help: 'Who answers for the layer; absent where its declaration names nobody.',
  labels: ['layer', 'owner'],
});

export const offloadPages = gauge('offload_pages', {
  help: 'Is 0 where the declaration says that the layer wakes nobody, whatever happens to it; absent where it may.',
  labels: ['layer'],
  merge: 'max',
});
