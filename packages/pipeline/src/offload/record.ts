import { logRun, neverThrows, processStore } from '@sightglass/core/authors';
import { isLayerRetired, layerOf } from './declared.ts';
import { tableHandles } from './handles.ts';
import * as metrics from './metrics.ts';
import { reachWatermark, type Watermark } from './watermark.ts';

/** How a cycle ended: every table succeeded, some did, none did. */
export type CycleStatus = 'success' | 'partial' | 'failed';

/** What {@link recordOffloadSuccess} takes. */
export interface OffloadSuccess {
  readonly table: string;
  /** Default: the layer of the declared offload that has the table, else `default`. */
  readonly layer?: string;
  /** Rows written to the cold tier; 0 when there was nothing new. */
  readonly rows: number;
  readonly durationSeconds: number;
  /** The time up to which the table is now complete in the cold tier. When there was nothing new, the time at which you looked. */
  readonly watermark?: Watermark;
}

/** Records that a table was offloaded. Never throws. */
export const recordOffloadSuccess = neverThrows(metrics.offloadRows, (success: OffloadSuccess): void => {
  const { table, layer = layerOf(table), rows, durationSeconds, watermark } = success ?? {};
  const labels = { table, layer };
  const handles = tableHandles.at(labels);
  if (handles !== false) {
    handles.rows.add(rows);
    handles.succeeded.record(durationSeconds);
    const speed =
      typeof rows === 'number' && typeof durationSeconds === 'number' ? rows / durationSeconds : 0;
    if (speed > 0 && speed < Infinity) handles.rowsPerSecond.record(speed);
    handles.consecutiveFailures.set(0);
    handles.lastSuccess.set(processStore().clock.wallMs() / 1000);
    if (watermark !== undefined) reachWatermark(labels, watermark);
  }
  logRun('offload of a table', { table, layer, status: 'success', rows, duration_seconds: durationSeconds });
});

/** What {@link recordOffloadFailure} takes. */
export interface OffloadFailure {
  readonly table: string;
  /** Default: the layer of the declared offload that has the table, else `default`. */
  readonly layer?: string;
  /** The kind of failure, from a small set of your own: `timeout`, `process_error`, … Never a message. */
  readonly errorType: string;
  readonly durationSeconds: number;
  /** What was thrown, for the log line. */
  readonly cause?: unknown;
}

/** Records that offloading a table failed, a timeout included. Never throws. */
export const recordOffloadFailure = neverThrows(metrics.offloadErrors, (failure: OffloadFailure): void => {
  const { table, layer = layerOf(table), errorType, durationSeconds, cause = errorType } = failure ?? {};
  const handles = tableHandles.at({ table, layer });
  if (handles !== false) {
    metrics.offloadErrors.add(1, { table, layer, error_type: errorType });
    handles.failed.record(durationSeconds);
    handles.consecutiveFailures.add(1);
  }
  logRun(
    'offload of a table',
    { table, layer, status: 'failed', error_type: errorType, duration_seconds: durationSeconds },
    cause,
  );
});

/** What a cycle did. */
export interface CycleReport {
  readonly status: CycleStatus;
  readonly durationSeconds: number;
  readonly successful: number;
  readonly failed: number;
  readonly rows: number;
}

/** What {@link recordCycleComplete} takes. */
export interface CycleComplete {
  /** Default: the only declared layer, else `default`. */
  readonly layer?: string;
  /** Default: worked out from `successful` and `failed`. */
  readonly status?: CycleStatus;
  readonly durationSeconds: number;
  /** Tables that succeeded. */
  readonly successful: number;
  /** Tables that failed, timeouts included. */
  readonly failed: number;
  /** Rows written by the whole cycle. */
  readonly rows: number;
}

/** Records the end of a cycle and writes its log line. Never throws. */
export const recordCycleComplete = neverThrows(metrics.offloadCycles, (cycle: CycleComplete): void => {
  const { layer = layerOf(), successful, failed, rows, durationSeconds } = cycle ?? {};
  const status = cycle?.status ?? cycleStatus(successful, failed);
  if (!isLayerRetired(layer)) {
    metrics.offloadCycles.add(1, { layer, status });
    metrics.offloadCycleDuration.record(durationSeconds, { layer });
    metrics.offloadLastCycle.setToNow({ layer });
    metrics.offloadLastCycleDuration.set(durationSeconds, { layer });
  }
  logRun('offload cycle', { layer, status, successful, failed, rows, duration_seconds: durationSeconds });
});

/** `success` when nothing failed, `partial` when something else succeeded, else `failed`. */
export function cycleStatus(successful: number, failed: number): CycleStatus {
  if (!(failed > 0)) return 'success';
  return successful > 0 ? 'partial' : 'failed';
}

/** What {@link setConfiguredTables} takes. */
export interface ConfiguredTables {
  /** Default: the only declared layer, else `default`. */
  readonly layer?: string;
  readonly count: number;
}

/** States how many tables are configured. `declareOffload` does it by itself. Never throws. */
export const setConfiguredTables = neverThrows(
  metrics.offloadTablesConfigured,
  (configured: ConfiguredTables): void => {
    const { layer = layerOf(), count } = configured ?? {};
    if (!isLayerRetired(layer)) metrics.offloadTablesConfigured.set(count, { layer });
  },
);

/** What {@link setPipelineInfo} takes. */
export interface PipelineInfo {
  /** Default: the only declared layer, else `default`. */
  readonly layer?: string;
  readonly version: string;
  /** The interval, when no declaration states it. */
  readonly intervalSeconds?: number;
}

/** States what is running: its version, and its interval when no declaration does. Never throws. */
export const setPipelineInfo = neverThrows(metrics.offloadInfo, (facts: PipelineInfo): void => {
  const { layer = layerOf(), version, intervalSeconds } = facts ?? {};
  if (isLayerRetired(layer)) return;
  metrics.offloadInfo.removeAll({ layer });
  metrics.offloadInfo.set({ layer, version });
  if (intervalSeconds !== undefined) metrics.offloadInterval.set(intervalSeconds, { layer });
});
