import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { dashboardMixins } from './mixins/index.ts';

/* The arrows of this package: mixins read the engine, and what is at the root reads both. */

const ROOT = import.meta.dirname;

const files = globSync('**/*.ts', { cwd: ROOT }).filter((path) => !/\.(test|support)\.ts$/.test(path));

interface Arrow {
  readonly from: string;
  /** A file of this folder, or a package. */
  readonly to: string;
}

const arrows: readonly Arrow[] = files.flatMap((from) =>
  ts.preProcessFile(readFileSync(join(ROOT, from), 'utf8')).importedFiles.map(({ fileName }) => ({
    from,
    to: fileName.startsWith('.') ? join(dirname(from), fileName) : fileName,
  })),
);

/** A way from a node back to itself, or undefined. */
function circleIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of edges.get(node) ?? []) {
      const circle = walk(next, [...path, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const circle = walk(node, []);
    if (circle) return circle;
  }
  return undefined;
}

/** What a folder holds, file by file and folder by folder, and which of it imports which. */
function within(folder: string): Map<string, Set<string>> {
  const child = (path: string) => path.slice(folder.length).split('/')[0]!;
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    if (!from.startsWith(folder) || !to.startsWith(folder) || !files.includes(to)) continue;
    if (child(from) !== child(to))
      edges.set(child(from), (edges.get(child(from)) ?? new Set()).add(child(to)));
  }
  return edges;
}

test('there is something to hold', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(arrows.filter(({ to }) => files.includes(to)).length).toBeGreaterThan(100);
});

test.each([
  ...new Set(['', ...files.map((file) => `${dirname(file)}/`).filter((folder) => folder !== './')]),
])('nothing in "%s" imports itself by a way round', (folder) => {
  expect(circleIn(within(folder))).toBeUndefined();
});

test('the engine imports no mixin and no package of a domain', () => {
  const read = arrows.filter(({ from }) => from.startsWith('engine/')).map(({ to }) => to);
  expect(read.filter((to) => files.includes(to) && !to.startsWith('engine/'))).toEqual([]);
  const packages = new Set(read.filter((to) => to.startsWith('@sightglass/')));
  expect([...packages]).toEqual(['@sightglass/rules']);
});

test('outside of its folder a mixin is named in the list alone', () => {
  for (const { name } of dashboardMixins) {
    const readers = arrows
      .filter(({ from, to }) => to.startsWith(`mixins/${name}/`) && !from.startsWith('mixins/'))
      .map(({ from }) => from);
    expect(readers).toEqual([]);
  }
});
