import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { packageDirs, ROOT, roomOf, type SourceFile, sourceFiles } from './source-files.ts';

const CORE = 'packages/core';
const core = sourceFiles(CORE);
const runTimeDirs = packageDirs('packages/*');
const runTime = runTimeDirs.flatMap(sourceFiles);
const generatorDirs = [...packageDirs('rules'), ...packageDirs('dashboards')];
const allDirs = [...runTimeDirs, ...generatorDirs];

/** What each room of core may import of the other rooms: the arrows of the design. A room that is not listed fails. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  catalog: [],
  store: ['catalog'],
  otel: ['store', 'catalog'],
  run: ['store', 'catalog'],
  lifecycle: ['store'],
  logging: ['store', 'catalog'],
  exposition: ['store', 'catalog', 'otel'],
  health: ['store', 'catalog', 'run', 'logging'],
  service: ['store', 'catalog'],
  endpoint: ['exposition', 'health', 'logging', 'run', 'service', 'store', 'catalog'],
  testing: ['store', 'catalog', 'exposition'],
  setup: ['store', 'catalog', 'otel', 'run', 'logging', 'exposition', 'health', 'service', 'endpoint'],
  // The entry that every host loads: no HTTP server, no SDK.
  'index.ts': ['store', 'catalog', 'otel', 'run', 'lifecycle', 'logging', 'health'],
  'metrics.ts': ['store', 'catalog', 'health', 'service'],
};

/** The exposition reads what the SDK collected, our scope's name and what was said already; it has nothing to do with how we are collected. */
const EXPOSITION_READS_OF_OTEL = ['data.ts', 'giving-way.ts', 'scope.ts'].map(
  (file) => `${CORE}/src/otel/${file}`,
);

/** The one file that may read the time. */
const READS_TIME = ['packages/core/src/store/clock.ts'];

/** Run-time dependencies besides core. Reading cron expressions is a library of its own; croner has no dependencies and tests the changes of the clocks. */
const OWN_DEPENDENCIES: Readonly<Record<string, readonly string[]>> = { 'packages/scheduler': ['croner'] };

/** The run-time dependencies: core has none, a domain package has core. What they observe with is the host's (peers). */
const dependenciesOf = (dir: string) =>
  dir === CORE ? [] : ['@sightglass/core', ...(OWN_DEPENDENCIES[dir] ?? [])];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const manifestOf = (dir: string) =>
  JSON.parse(readFileSync(join(ROOT, dir, 'package.json'), 'utf8')) as Manifest;

const packageOf = (module: string) => module.split('/', module.startsWith('@') ? 2 : 1).join('/');

const externals = (file: SourceFile) =>
  file.imports.filter((one) => one.file === undefined && !one.module.startsWith('node:'));

test('there is something to hold', () => {
  expect(core.length).toBeGreaterThan(40);
  expect(core.flatMap((file) => file.imports).length).toBeGreaterThan(100);
  expect(runTimeDirs).toEqual(expect.arrayContaining(['packages/pipeline', 'packages/scheduler']));
});

describe('arrows', () => {
  test('each room of core imports only what it may', () => {
    const wrong = core.flatMap((file) =>
      file.imports.flatMap(({ file: target }) => {
        if (target === undefined) return [];
        const room = roomOf(target, CORE);
        return room === file.room || ARROWS[file.room]?.includes(room)
          ? []
          : [`${file.path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('the exposition reads nothing else of otel', () => {
    const wrong = core
      .filter((file) => file.room === 'exposition')
      .flatMap((file) => file.imports)
      .filter(
        ({ file }) => file?.startsWith(`${CORE}/src/otel/`) && !EXPOSITION_READS_OF_OTEL.includes(file),
      );
    expect(wrong).toEqual([]);
  });

  test('core imports no package of ours, and a domain package imports core alone', () => {
    const wrong = runTime.flatMap((file) =>
      externals(file)
        .filter(({ module }) => module.startsWith('@sightglass/'))
        .filter(({ module }) => file.packageDir === CORE || packageOf(module) !== '@sightglass/core')
        .map(({ module }) => `${file.path} imports ${module}`),
    );
    expect(wrong).toEqual([]);
  });

  test('nothing leaves its package by a relative path', () => {
    const wrong = allDirs
      .flatMap(sourceFiles)
      .flatMap((file) =>
        file.imports
          .filter((one) => one.file !== undefined && !one.file.startsWith(`${file.packageDir}/`))
          .map(({ module }) => `${file.path} imports ${module}`),
      );
    expect(wrong).toEqual([]);
  });

  test('the SDK and pino are loaded by the set-up alone; elsewhere they are types at most', () => {
    const wrong = runTime
      .filter((file) => !(file.packageDir === CORE && file.room === 'setup'))
      .flatMap((file) =>
        externals(file)
          .filter(({ module, typeOnly }) => !typeOnly && /^(pino|@opentelemetry\/(?!api$))/.test(module))
          .map(({ module }) => `${file.path} loads ${module}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe.each(allDirs)('%s', (dir) => {
  const files = sourceFiles(dir);
  const manifest = manifestOf(dir);

  test('has no import cycle between its folders', () => {
    const edges = new Map<string, Set<string>>();
    for (const file of files) {
      for (const { file: target, typeOnly } of file.imports) {
        if (target === undefined || typeOnly) continue;
        const room = roomOf(target, dir);
        if (room !== file.room) edges.set(file.room, (edges.get(file.room) ?? new Set()).add(room));
      }
    }
    expect(cycleIn(edges)).toBeUndefined();
  });

  test('declares every package that it loads', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const used = files
      .flatMap(externals)
      .filter(({ typeOnly }) => !typeOnly)
      .map(({ module }) => packageOf(module));
    expect([...new Set(used)].filter((name) => !declared.includes(name))).toEqual([]);
  });
});

test.each(runTimeDirs)('%s has exactly the run-time dependencies that are stated', (dir) => {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(dir);
  expect(Object.keys(dependencies)).toEqual(dependenciesOf(dir));
  const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  expect(required).toEqual(['@opentelemetry/api']);
});

describe('time', () => {
  test('is read from the clock alone', () => {
    const readers = runTime.filter((file) => readsTime(file.tree)).map((file) => file.path);
    expect(readers).toEqual(READS_TIME);
  });
});

/** A cycle as the rooms along it, or undefined. */
function cycleIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const walk = (room: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of edges.get(room) ?? []) {
      const cycle = walk(next, [...path, room]);
      if (cycle !== undefined) return cycle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of edges.keys()) {
    const cycle = walk(room, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** `Date.now`, `performance.now`, `process.hrtime`, `Date()` or `new Date()` without an argument. */
function readsTime(tree: ts.SourceFile): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const name = `${node.expression.getText(tree)}.${node.name.text}`;
      if (/^(globalThis\.)?(Date\.now|performance\.now|process\.hrtime)$/.test(name)) found = true;
    } else if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      if (node.expression.getText(tree) === 'Date' && !node.arguments?.length) found = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
