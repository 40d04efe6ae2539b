import { processStore, showState } from '@sightglass/core/authors';
import { declaredLayer, forgetTable, isLayerRetired, isTableRetired } from './declared.ts';
import { layerMetrics, type TableLabels, tableHandles, tableMetrics } from './handles.ts';
import * as metrics from './metrics.ts';

/** Ends every series of a table and says since when, so that no alert waits for it. It may be one that the code no longer declares. */
export function retireTable(labels: TableLabels): void {
  const { table, layer } = labels;
  if (typeof table !== 'string' || table === '') {
    processStore().refused(metrics.offloadTableRetired.descriptor.name);
    return;
  }
  if (isTableRetired(labels)) return;
  forgetTable(layer, table);
  tableHandles.remove(labels);
  tableMetrics.removeSeries(labels);
  metrics.offloadTableRetired.setToNow({ table, layer });
  const declared = declaredLayer(layer);
  if (declared !== undefined) metrics.offloadTablesConfigured.set(declared.tables.length, { layer });
}

/**
 * Says that a layer is offloaded no more, though this code does not declare it any longer: renamed, or removed. It exports `offload_lifecycle_state{state="retired"}`, and for the tables that
 * are declared in this process `offload_table_retired_timestamp_seconds`, and nothing else. Call it at the start of the version that lacks the layer. Never throws.
 * @example
 * retireOffload('bronze'); // is 'raw' now
 */
export function retireOffload(layer: string): void {
  if (typeof layer !== 'string' || layer === '') {
    processStore().refused(metrics.offloadLifecycle.descriptor.name);
    return;
  }
  if (isLayerRetired(layer)) return;
  const declared = declaredLayer(layer);
  for (const table of declared?.tables ?? []) retireTable({ table, layer });
  if (declared === undefined) showState(metrics.offloadLifecycle, { layer }, 'retired');
  else declared.lifecycle.to('retired');
  // Those of tables that were never declared are among them.
  tableHandles.clear();
  layerMetrics.removeSeries({ layer });
}
