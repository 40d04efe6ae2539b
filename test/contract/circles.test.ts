import { expect, test } from 'vitest';
import { circlesIn } from './circles.ts';

const files = (imports: Readonly<Record<string, readonly string[]>>, typeOnly = false) =>
  Object.entries(imports).map(([path, targets]) => ({
    path,
    imports: targets.map((file) => ({ file, typeOnly })),
  }));

test('an order has no circle', () => {
  const ordered = { 'a/src/x/one.ts': ['a/src/y/two.ts'], 'a/src/y/two.ts': ['a/src/y/three.ts'] };
  expect(circlesIn(files(ordered))).toEqual([]);
});

test('two folders that import each other are one, though no file does', () => {
  const both = { 'a/src/x/one.ts': ['a/src/y/two.ts'], 'a/src/y/three.ts': ['a/src/x/four.ts'] };
  expect(circlesIn(files(both))).toEqual(['a/src: x -> y -> x']);
});

test('so are folders within a folder, unless only the upper ones are asked for', () => {
  const deep = {
    'a/src/groups/jobs/one.ts': ['a/src/groups/sync/two.ts'],
    'a/src/groups/sync/three.ts': ['a/src/groups/jobs/four.ts'],
  };
  expect(circlesIn(files(deep))).toEqual(['a/src/groups: jobs -> sync -> jobs']);
  expect(circlesIn(files(deep), 2)).toEqual([]);
});

test('a folder and a file beside it, and two files, can make one', () => {
  const mixed = {
    'a/src/x/deep/one.ts': ['a/src/x/beside.ts'],
    'a/src/x/beside.ts': ['a/src/x/deep/two.ts'],
    'a/src/y/three.ts': ['a/src/y/four.ts'],
    'a/src/y/four.ts': ['a/src/y/three.ts'],
  };
  expect(circlesIn(files(mixed))).toEqual([
    'a/src/x: deep -> beside.ts -> deep',
    'a/src/y: three.ts -> four.ts -> three.ts',
  ]);
});

test('types make none', () => {
  const both = { 'a/src/x/one.ts': ['a/src/y/two.ts'], 'a/src/y/two.ts': ['a/src/x/one.ts'] };
  expect(circlesIn(files(both, true))).toEqual([]);
});
