import { Handles, metricsWith } from '@sightglass/core/authors';
import { isTableRetired } from './declared.ts';
import * as metrics from './metrics.ts';

/** What names one table's series. */
export type TableLabels = { readonly table: string; readonly layer: string };

/** The series of one table in one layer, bound once; false for a table that is retired, of which nothing is recorded. */
export const tableHandles = new Handles(['table', 'layer'], ({ table, layer }: TableLabels) =>
  isTableRetired({ table, layer })
    ? false
    : {
        rows: metrics.offloadRows.bind({ table, layer }),
        succeeded: metrics.offloadDuration.bind({ table, layer, status: 'success' }),
        failed: metrics.offloadDuration.bind({ table, layer, status: 'failed' }),
        rowsPerSecond: metrics.offloadRowsPerSecond.bind({ table, layer }),
        consecutiveFailures: metrics.offloadConsecutiveFailures.bind({ table, layer }),
        lastSuccess: metrics.offloadLastSuccess.bind({ table, layer }),
      },
);

/** What says of a layer or a table that it is gone outlives it. */
const { offloadLifecycle: _, offloadTableRetired: __, ...mortal } = metrics;

/** Every other metric that tells of one table, or of a whole layer and its tables. */
export const tableMetrics = metricsWith(mortal, 'table', 'layer');
export const layerMetrics = metricsWith(mortal, 'layer');
