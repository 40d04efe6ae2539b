import { Handles } from '@sightglass/core';
import * as metrics from './metrics.ts';

/** What names one table's series. */
export type TableLabels = { readonly table: string; readonly layer: string };

/** The series of one table in one layer, bound once. */
export const tableHandles = new Handles(['table', 'layer'], ({ table, layer }: TableLabels) => ({
  rows: metrics.offloadRows.bind({ table, layer }),
  succeeded: metrics.offloadDuration.bind({ table, layer, status: 'success' }),
  failed: metrics.offloadDuration.bind({ table, layer, status: 'failed' }),
  rowsPerSecond: metrics.offloadRowsPerSecond.bind({ table, layer }),
  consecutiveFailures: metrics.offloadConsecutiveFailures.bind({ table, layer }),
  lastSuccess: metrics.offloadLastSuccess.bind({ table, layer }),
}));

const PER_TABLE = [
  metrics.offloadRows,
  metrics.offloadErrors,
  metrics.offloadConsecutiveFailures,
  metrics.offloadWatermark,
  metrics.offloadWatermarkUpdated,
  metrics.offloadLastSuccess,
  metrics.offloadDuration,
  metrics.offloadRowsPerSecond,
  metrics.offloadLagObjective,
];

/** Ends every series of a table that is no longer offloaded, so that no alert waits for it. */
export function retireTable(labels: TableLabels): void {
  tableHandles.remove(labels);
  for (const metric of PER_TABLE) metric.removeAll(labels);
}
