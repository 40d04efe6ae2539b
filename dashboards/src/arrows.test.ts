import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { dashboardMixins } from './mixins/index.ts';

/* What mixins are to the rest of this package. The order of its folders is held with that of all packages, in `test/contract`. */

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

test('there is something to hold', () => {
  expect(files.length).toBeGreaterThan(40);
  expect(arrows.filter(({ to }) => files.includes(to)).length).toBeGreaterThan(100);
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
