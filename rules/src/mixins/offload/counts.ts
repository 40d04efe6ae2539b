import { offloadCycles, offloadDuration, offloadRows } from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { windowsFor } from '../../engine/model/windows.ts';
import { countOf, promql, sumOf, where } from '../../engine/promql/promql.ts';
import { counting, grownIn, justGrown } from '../../engine/remembered/index.ts';
import { interval, knownOfTable, layers, tables } from './recordings.ts';
import { throughputWork } from './thresholds.ts';

/*
 * What layers and tables have done, all their processes together, and over the window that fits the interval of each layer.
 */

const counts = counting('offload');
const { known } = layers;

const cycles = counts.total(offloadCycles, { labels: ['layer', 'status'], known });
const rows = counts.total(offloadRows, { labels: ['layer'], known });
const work = counts.total(sumOf(offloadDuration), { labels: ['layer', 'status'], known });
const offloads = counts.total(countOf(offloadDuration), {
  labels: ['layer', 'table', 'status'],
  known: knownOfTable,
});

const failed = promql`max by (layer, table) (${where(offloads.series, { status: 'failed' })})`;

/** How many offloads of each table had failed when it last succeeded. */
const failedBefore = tables.recording(
  'offload_failures_before:last_known',
  (self) => promql`${failed} and on (layer, table) ${justGrown(where(offloads.series, { status: 'success' }))}
    or on (layer, table)
    ${knownOfTable(self)}
    or on (layer, table)
    0 * ${failed}`,
);

/** Failures of each table since its last success, by whichever processes. */
export const consecutiveFailures: Recording = {
  record: 'layer_table:offload_consecutive_failures:last_known',
  labels: ['layer', 'table'],
  expr: promql`clamp_min(${failed} - on (layer, table) ${failedBefore}, 0)`,
};

/** What is counted, in the order in which it is read. */
export const countRecordings: readonly Recording[] = [
  ...counts.processes,
  ...[cycles, rows, work, offloads].flatMap(({ recordings }) => recordings),
  failedBefore,
  consecutiveFailures,
];

export const { windowSeconds, overWindow } = windowsFor(interval, 'layer:offload_window_seconds:selected');

export const cyclesInWindow: Recording = {
  record: 'layer_status:offload_cycles:increase_window',
  labels: ['layer', 'status'],
  expr: overWindow((window) => grownIn(cycles.series, window)),
};

/** 004-R1: cycles per second. */
export const cycleRate: Recording = {
  record: 'layer_status:offload_cycles:rate_window',
  labels: ['layer', 'status'],
  expr: promql`${cyclesInWindow} / on (layer) group_left () (${windowSeconds} > 0)`,
};

/** The share of cycles that succeeded, 0 to 1; absent while none finished. */
export const successRatio: Recording = {
  record: 'layer:offload_cycles_success:ratio_window',
  labels: ['layer'],
  expr: promql`(
      sum by (layer) (${where(cyclesInWindow, { status: 'success' })})
      or
      0 * sum by (layer) (${cyclesInWindow})
    )
    / (sum by (layer) (${cyclesInWindow}) > 0)`,
};

export const rowsInWindow: Recording = {
  record: 'layer:offload_rows:increase_window',
  labels: ['layer'],
  expr: overWindow((window) => grownIn(rows.series, window)),
};

/** 004-R3: rows per second of clock time, over all tables. */
export const rowRate: Recording = {
  record: 'layer:offload_rows:rate_window',
  labels: ['layer'],
  expr: promql`${rowsInWindow} / on (layer) (${windowSeconds} > 0)`,
};

export const workInWindow: Recording = {
  record: 'layer_status:offload_duration_seconds_sum:increase_window',
  labels: ['layer', 'status'],
  expr: overWindow((window) => grownIn(work.series, window)),
};

const offloadsInWindow: Recording = {
  record: 'layer_status:offload_duration_seconds_count:increase_window',
  labels: ['layer', 'status'],
  expr: overWindow((window) => promql`sum by (layer, status) (${grownIn(offloads.series, window)})`),
};

/** 004-R2: the mean duration of one table's offload. */
export const meanDuration: Recording = {
  record: 'layer_status:offload_duration_seconds:mean_window',
  labels: ['layer', 'status'],
  expr: promql`${workInWindow} / (${offloadsInWindow} > 0)`,
};

/** Rows for each second of successful work, not of clock time: a pipeline that waits for its next cycle is not slow. Absent while too little was done to tell. */
export const throughput: Recording = {
  record: 'layer:offload_throughput_rows_per_second:ratio_window',
  labels: ['layer'],
  expr: promql`(${rowsInWindow} > 0)
    / on (layer)
    (${where(workInWindow, { status: 'success' })} >= ${throughputWork})`,
};

/** In the order in which they read each other. */
export const windowRecordings: readonly Recording[] = [
  windowSeconds,
  cyclesInWindow,
  cycleRate,
  successRatio,
  rowsInWindow,
  rowRate,
  workInWindow,
  offloadsInWindow,
  meanDuration,
  throughput,
];
