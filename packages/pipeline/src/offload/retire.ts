import { processStore, showState } from '@sightglass/core';
import { declaredLayer, forgetTable, isLayerRetired, isTableRetired } from './declared.ts';
import { type TableLabels, tableHandles } from './handles.ts';
import * as metrics from './metrics.ts';

/** What says of a thing that it is gone, and so outlives it. */
const SAY_SO: readonly unknown[] = [metrics.offloadLifecycle, metrics.offloadTableRetired];
const all = Object.values(metrics).filter((metric) => !SAY_SO.includes(metric));
const perTable = all.filter(({ descriptor }) => descriptor.labels.some(({ name }) => name === 'table'));

/** Ends every series of a table and says since when, so that no alert waits for it. It may be one that the code no longer declares. */
export function retireTable(labels: TableLabels): void {
  const { table, layer } = labels;
  if (typeof table !== 'string' || table === '') {
    processStore().refused(metrics.offloadTableRetired.descriptor.name);
    return;
  }
  if (isTableRetired(labels)) return;
  forgetTable(layer, table);
  endTable(labels);
  metrics.offloadTableRetired.setToNow({ table, layer });
  const declared = declaredLayer(layer);
  if (declared !== undefined) metrics.offloadTablesConfigured.set(declared.tables.length, { layer });
}

/** Takes a table up again. */
export function unretireTable(labels: TableLabels): void {
  metrics.offloadTableRetired.remove(labels);
  tableHandles.remove(labels);
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
  // Handles are kept by table, also of those that were never declared.
  for (const { values } of [...metrics.offloadRows.series.cells]) {
    if (values[1] === layer) endTable({ table: values[0]!, layer });
  }
  if (declared === undefined) showState(metrics.offloadLifecycle, { layer }, 'retired');
  else declared.lifecycle.to('retired');
  for (const metric of all) metric.series.removeAll({ layer });
}

function endTable({ table, layer }: TableLabels): void {
  tableHandles.remove({ table, layer });
  for (const metric of perTable) metric.series.removeAll({ table, layer });
}
