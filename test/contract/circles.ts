import { dirname } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** What a file imports at run time, as far as circles are concerned. */
type Importing = Pick<SourceFile, 'path'> & {
  readonly imports: readonly Pick<SourceFile['imports'][number], 'file' | 'typeOnly'>[];
};

/**
 * The circles of imports at every depth: what stands in one folder, files and folders (with all that is beneath them), must be in an order in
 * which each imports only those before it. Types are gone at run time and make no circle. One line for each folder that has a circle:
 * `src: otel -> store -> otel`. Folders that are more than `depth` names deep are not looked into.
 */
export function circlesIn(files: readonly Importing[], depth = Number.POSITIVE_INFINITY): string[] {
  const edgesOf = new Map<string, Map<string, Set<string>>>();
  for (const { path, imports } of files) {
    for (const { file: target, typeOnly } of imports) {
      if (target === undefined || typeOnly) continue;
      const { folder, from, to } = branching(path, target);
      if (from === to || folder.split('/').length > depth) continue;
      const edges = edgesOf.get(folder) ?? new Map<string, Set<string>>();
      edgesOf.set(folder, edges.set(from, (edges.get(from) ?? new Set()).add(to)));
    }
  }
  return [...edgesOf].flatMap(([folder, edges]) => {
    const circle = circleIn(edges);
    return circle === undefined ? [] : [`${folder}: ${circle.join(' -> ')}`];
  });
}

/** The deepest folder that holds both files, and under which of its entries each is. */
function branching(one: string, other: string): { folder: string; from: string; to: string } {
  let folder = dirname(one);
  while (!other.startsWith(`${folder}/`)) folder = dirname(folder);
  const entry = (path: string) => path.slice(folder.length + 1).split('/')[0]!;
  return { folder, from: entry(one), to: entry(other) };
}

/** The entries along a circle, or undefined. */
function circleIn(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (entry: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(entry)) return [...path.slice(path.indexOf(entry)), entry];
    if (done.has(entry)) return undefined;
    for (const next of edges.get(entry) ?? []) {
      const circle = walk(next, [...path, entry]);
      if (circle !== undefined) return circle;
    }
    done.add(entry);
    return undefined;
  };
  for (const entry of edges.keys()) {
    const circle = walk(entry, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
