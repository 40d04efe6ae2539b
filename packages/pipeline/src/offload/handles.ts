import { Handles, metricsWith } from '@sightglass/core/authors';
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

/** Every metric that tells of one table, or of a whole layer. */
export const tableMetrics = metricsWith(metrics, 'table', 'layer');
export const layerMetrics = metricsWith(metrics, 'layer');

/** Ends every series of a table that is no longer offloaded, so that no alert waits for it. */
export function retireTable(labels: TableLabels): void {
  tableHandles.remove(labels);
  tableMetrics.removeSeries(labels);
}
