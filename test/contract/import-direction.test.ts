import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { circlesIn } from './circles.ts';
import { packageDirs, ROOT, roomOf, type SourceFile, sourceFiles } from './source-files.ts';

const CORE = 'packages/core';
const core = sourceFiles(CORE);
const runTimeDirs = packageDirs('packages/*');
const runTime = runTimeDirs.flatMap(sourceFiles);
const generatorDirs = [...packageDirs('rules'), ...packageDirs('dashboards')];
const allDirs = [...runTimeDirs, ...generatorDirs];

/** What each room of core may import of the other rooms: the arrows of the design. A room that is not listed fails. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  catalog: [],
  handover: ['base', 'catalog'],
  store: ['base', 'catalog', 'handover'],
  processes: ['base', 'store', 'catalog', 'handover'],
  otel: ['base', 'store', 'catalog', 'handover'],
  run: ['base', 'store', 'catalog'],
  lifecycle: ['store'],
  schedule: ['base', 'store'],
  logging: ['base', 'store', 'catalog'],
  exposition: ['base', 'store', 'catalog', 'otel'],
  health: ['base', 'store', 'catalog', 'logging'],
  service: ['base', 'store', 'catalog'],
  endpoint: ['base', 'exposition', 'health', 'logging', 'service', 'store', 'catalog'],
  testing: ['base', 'store', 'catalog', 'exposition'],
  setup: [
    'base',
    'store',
    'catalog',
    'handover',
    'processes',
    'otel',
    'logging',
    'exposition',
    'health',
    'service',
    'endpoint',
  ],
  // The entries that every host and every domain load: no HTTP server, no SDK.
  'index.ts': ['base', 'store', 'catalog', 'otel', 'lifecycle', 'logging', 'health'],
  'authors.ts': ['base', 'store', 'catalog', 'lifecycle', 'health', 'logging', 'run', 'schedule'],
  'metrics.ts': ['store', 'catalog', 'health', 'service'],
};

/** The exposition reads what the SDK collected and whose metrics take precedence; it has nothing to do with how we are collected. */
const EXPOSITION_READS_OF_OTEL = ['data.ts', 'precedence.ts'].map((file) => `${CORE}/src/otel/${file}`);

/** What stands in a folder, in its order: each may import what is written before it, and nothing beside or after it. What is not listed fails. */
const ORDERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'rules/src': [
    ['engine'],
    ['mixins', 'backtest'],
    ['shipped.ts', 'render.ts'],
    ['slo.ts', 'thresholds.ts', 'generate.ts', 'doctor', 'config'],
    ['index.ts', 'cli'],
    ['cli.ts'],
  ],
  'rules/src/engine': [
    ['promql', 'http'],
    ['model'],
    ['check'],
    ['scope', 'remembered'],
    ['scheduled'],
    ['slo', 'alertmanager', 'anomalies'],
    ['mixin'],
    ['render'],
    ['openslo'],
  ],
  'dashboards/src': [
    ['engine'],
    ['mixins'],
    ['render.ts', 'options.ts'],
    ['index.ts', 'generate.ts', 'cli.ts'],
  ],
};

/** The one file that may read the time. */
const READS_TIME = ['packages/core/src/store/clock.ts'];

/** The run-time dependencies: core has none, a domain package has core. What they observe with is the host's (peers). */
const dependenciesOf = (dir: string) => (dir === CORE ? [] : ['@sightglass/core']);

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

  test.each(Object.entries(ORDERS))('in %s each imports only what stands before it', (folder, order) => {
    const entryOf = (path: string) => path.slice(folder.length + 1).split('/')[0]!;
    const placeOf = (entry: string) => order.findIndex((level) => level.includes(entry));
    const isIn = (path: string | undefined): path is string => path?.startsWith(`${folder}/`) === true;
    const files = sourceFiles(folder.split('/')[0]!).filter(({ path }) => isIn(path));
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => isIn(file) && entryOf(file) !== entryOf(path))
        .filter(({ file }) => placeOf(entryOf(file!)) >= placeOf(entryOf(path)))
        .map(({ file }) => `${path} imports ${file}`),
    );
    expect(wrong).toEqual([]);
    expect([...new Set(files.map(({ path }) => entryOf(path)))].sort()).toEqual(order.flat().sort());
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

  test('has no circle of imports between its folders', () => {
    expect(circlesIn(files)).toEqual([]);
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
