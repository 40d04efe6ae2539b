import { Lifecycle, sharedInProcess } from '@sightglass/core/authors';
import { offloadLifecycle, offloadTableRetired } from './metrics.ts';

/** What the host has declared in this process, by layer: where a helper finds the layer of a table that was given alone. */
export interface DeclaredLayer {
  readonly layer: string;
  readonly tables: readonly string[];
  /** Tables that were retired by name. What is recorded of them still belongs to it, and is left out. */
  readonly former: readonly string[];
  readonly lifecycle: Lifecycle<{ readonly layer: string }>;
}

/** The layer of a table that no declaration names. */
export const DEFAULT_LAYER = 'default';

const declared = () =>
  sharedInProcess('@sightglass/pipeline/offload/1', () => new Map<string, DeclaredLayer>());

/** What holds now for a layer; undefined when it was never declared. */
export const declaredLayer = (layer: string): DeclaredLayer | undefined => declared().get(layer);

/** Remembers that a layer is declared with these tables, enabled. Returns the tables of the declaration before that it lacks. */
export function rememberLayer(layer: string, tables: readonly string[]): readonly string[] {
  const before = declared().get(layer);
  const gone = (before?.tables ?? []).filter((table) => !tables.includes(table));
  const former = (before?.former ?? []).filter((table) => !tables.includes(table));
  const lifecycle = new Lifecycle(offloadLifecycle, { layer }, 'enabled');
  declared().set(layer, { layer, tables, former, lifecycle });
  return gone;
}

/** Takes a table out of its layer; nothing where the layer does not have it. */
export function forgetTable(layer: string, table: string): void {
  const before = declared().get(layer);
  if (!before?.tables.includes(table)) return;
  const tables = before.tables.filter((other) => other !== table);
  declared().set(layer, { ...before, tables, former: [...before.former, table] });
}

/** The one declared layer that has the table, or had it; without a table, the only declared layer. `default` when that is none or several. */
export function layerOf(table?: string): string {
  const layers = [...declared().values()].filter(
    ({ tables, former }) => table === undefined || tables.includes(table) || former.includes(table),
  );
  return layers.length === 1 ? layers[0]!.layer : DEFAULT_LAYER;
}

/** Whether somebody said that the table is gone, or its layer; then nothing more is recorded of it. */
export function isTableRetired({
  table,
  layer,
}: {
  readonly table: string;
  readonly layer: string;
}): boolean {
  return (offloadTableRetired.peek({ table, layer }) ?? 0) > 0 || isLayerRetired(layer);
}

/** Whether somebody said that the layer is gone; then nothing more is recorded of it, until it is declared again. */
export function isLayerRetired(layer: string): boolean {
  return offloadLifecycle.peek({ layer, state: 'retired' }) === 1;
}
