import {
  offloadCycleStarted,
  offloadCycles,
  offloadDuration,
  offloadLastCycleDuration,
  offloadRows,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { countOf, promql, sumOf, where } from '../../engine/promql/promql.ts';
import { throughputWork } from './thresholds.ts';
import { overWindow, windowSeconds } from './windows.ts';

/** The last finished cycle's duration, or the age of the one that runs when that is longer already: no rate, so it holds between cycles. */
export const cycleDuration: Recording = {
  record: 'layer:offload_cycle_duration_seconds:latest',
  labels: ['layer'],
  expr: promql`max by (layer) (time() - ${offloadCycleStarted}) > max by (layer) (${offloadLastCycleDuration})
    or max by (layer) (${offloadLastCycleDuration})
    or max by (layer) (time() - ${offloadCycleStarted})`,
};

export const cyclesInWindow: Recording = {
  record: 'layer_status:offload_cycles:increase_window',
  labels: ['layer', 'status'],
  expr: overWindow((window) => promql`sum by (layer, status) (increase(${offloadCycles}[${window}]))`),
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
  expr: overWindow((window) => promql`sum by (layer) (increase(${offloadRows}[${window}]))`),
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
  expr: overWindow(
    (window) => promql`sum by (layer, status) (increase(${sumOf(offloadDuration)}[${window}]))`,
  ),
};

const offloadsInWindow: Recording = {
  record: 'layer_status:offload_duration_seconds_count:increase_window',
  labels: ['layer', 'status'],
  expr: overWindow(
    (window) => promql`sum by (layer, status) (increase(${countOf(offloadDuration)}[${window}]))`,
  ),
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
