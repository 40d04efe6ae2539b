/** What the host has declared in this process, by layer: where a helper finds the layer of a table that was given alone. */
export interface DeclaredLayer {
  readonly layer: string;
  readonly tables: readonly string[];
}

/** The layer of what was never declared. */
export const DEFAULT_LAYER = 'default';

/** Shared by every copy of the package in the process, as the store is. */
const KEY = Symbol.for('@sightglass/pipeline/offload/1');

function declared(): Map<string, DeclaredLayer> {
  const globals = globalThis as { [KEY]?: Map<string, DeclaredLayer> };
  globals[KEY] ??= new Map();
  return globals[KEY];
}

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
