import { offloadInfo, offloadRowsPerSecond, offloadTablesConfigured } from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { bucketOf, promql, where } from '../../engine/promql/promql.ts';
import { counting, grownIn } from '../../engine/remembered/index.ts';
import { cycleRate, meanDuration, overWindow, rowRate } from './counts.ts';
import { interval, knownOfTable, lag, watermark } from './recordings.ts';

/** For the old quantiles alone, so it is counted where they are. */
const counts = counting('offload_aliases');
const buckets = counts.total(bucketOf(offloadRowsPerSecond), {
  labels: ['layer', 'le', 'table'],
  known: knownOfTable,
});

/** Buckets of the throughput of runs, over the window that fits the layer. */
const rowsPerSecondBuckets: Recording = {
  record: 'layer_le_table:offload_rows_per_second_bucket:increase_window',
  labels: ['layer', 'le', 'table'],
  expr: overWindow((window) => grownIn(buckets.series, window)),
};

/** A quantile of the summary `offload_rows_per_second` of 004-M11, which a histogram of this name now serves. */
const rowsPerSecondQuantile = (quantile: '0.5' | '0.9' | '0.99'): Recording => ({
  record: 'offload_rows_per_second',
  labels: ['table', 'quantile'],
  staticLabels: { quantile },
  // Without runs in the window there is no quantile: the comparison drops the NaN.
  expr: promql`histogram_quantile(${Number(quantile)}, sum by (table, le) (${rowsPerSecondBuckets})) >= 0`,
});

/**
 * Names of reference system 004 that differ here. The two gauges that it counts and does not name are the times of the last cycle and of the
 * last success; names that are the same here (004-M1 to M3, M6, M9, M10) need no alias.
 */
export const offloadAliases: readonly Recording[] = [
  { record: 'offload_lag_minutes', labels: ['table'], expr: promql`max by (table) (${lag}) / 60` },
  { record: 'watermark_timestamp_seconds', labels: ['table'], expr: promql`min by (table) (${watermark})` },
  { record: 'watermark_timestamp', labels: ['table'], expr: promql`min by (table) (${watermark})` },
  ...counts.processes,
  ...buckets.recordings,
  rowsPerSecondBuckets,
  rowsPerSecondQuantile('0.5'),
  rowsPerSecondQuantile('0.9'),
  rowsPerSecondQuantile('0.99'),
  {
    // The Python client writes the info `offload_info` under this name. `tables` is their number: a list is no label value.
    record: 'offload_info_info',
    labels: ['layer', 'version', 'schedule_minutes', 'tables'],
    expr: promql`group by (layer, version) (${offloadInfo})
      * on (layer) group_left (schedule_minutes) count_values by (layer) ("schedule_minutes", ${interval} / 60)
      * on (layer) group_left (tables) count_values by (layer) ("tables", max by (layer) (${offloadTablesConfigured}))`,
  },
  { record: 'iceberg_offload:cycle_count:5m', labels: cycleRate.labels, expr: promql`${cycleRate}` },
  {
    record: 'iceberg_offload:duration_avg:5m',
    labels: ['layer'],
    expr: promql`sum by (layer) (${where(meanDuration, { status: 'success' })})`,
  },
  { record: 'iceberg_offload:rows_rate:5m', labels: rowRate.labels, expr: promql`${rowRate}` },
];
