import { sharedInProcess } from '@sightglass/core/authors';

/** What the host has declared in this process, by layer: where a helper finds the layer of a table that was given alone. */
export interface DeclaredLayer {
  readonly layer: string;
  readonly tables: readonly string[];
}

/** The layer of a table that no declaration names. */
export const DEFAULT_LAYER = 'default';

const declared = () =>
  sharedInProcess('@sightglass/pipeline/offload/1', () => new Map<string, DeclaredLayer>());

/** Remembers a declaration; returns the one it replaces. */
export function rememberLayer(declaration: DeclaredLayer): DeclaredLayer | undefined {
  const before = declared().get(declaration.layer);
  declared().set(declaration.layer, declaration);
  return before;
}

/** The one declared layer that has the table; without a table, the only declared layer. `default` when that is none or several. */
export function layerOf(table?: string): string {
  const layers = [...declared().values()].filter(
    ({ tables }) => table === undefined || tables.includes(table),
  );
  return layers.length === 1 ? layers[0]!.layer : DEFAULT_LAYER;
}
