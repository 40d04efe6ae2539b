import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type PackedPackage, packedPackages, ROOT } from './packed.ts';

let packages: readonly PackedPackage[];
beforeAll(async () => {
  packages = await packedPackages();
});

test('there is a tarball of every published package', () => {
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(
      ['core', 'pipeline', 'scheduler', 'worker', 'rules', 'dashboards'].map((name) => `@sightglass/${name}`),
    ),
  );
});

const filesOf = async ({ tarball }: PackedPackage) => {
  const { code, stdout, stderr } = await runProgram('tar', ['-tzf', tarball]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().split('\n');
};

type Dependencies = Readonly<Record<string, string>>;

const manifestOf = async ({ tarball }: PackedPackage) => {
  const { stdout } = await runProgram('tar', ['-xzOf', tarball, 'package/package.json']);
  return JSON.parse(stdout) as { dependencies?: Dependencies; peerDependencies?: Dependencies };
};

describe('each tarball', () => {
  test('has nothing that publint complains of', async () => {
    for (const { name, tarball } of packages) {
      const { buffer } = new Uint8Array(await readFile(tarball));
      const { messages, pkg } = await publint({
        pack: { tarball: buffer },
        strict: true,
        level: 'suggestion',
      });
      expect([name, messages.map((message) => formatMessage(message, pkg))]).toEqual([name, []]);
    }
  });

  test('has types that resolve as its code does', async () => {
    for (const { name, tarball } of packages) {
      // node16 leaves out `node10`, which knows no "exports" and so can't see a subpath; TypeScript 7 has dropped it.
      const result = await runProgram(join(ROOT, 'node_modules/.bin/attw'), [
        tarball,
        '--profile',
        'node16',
        '--no-color',
      ]);
      expect([name, result.code, result.code === 0 ? '' : result.stdout]).toEqual([name, 0, '']);
    }
  });

  test('holds code, types, sources and legal text, and neither tests nor leftovers', async () => {
    for (const one of packages) {
      const files = await filesOf(one);
      for (const file of [
        'package.json',
        'LICENSE',
        'README.md',
        'dist/index.js',
        'dist/index.cjs',
        'dist/index.d.ts',
        'dist/index.d.cts',
      ])
        expect(files, one.name).toContain(`package/${file}`);
      expect(
        files.filter((file) => /\.(test|test-d|support)\.|node_modules|tsup\.config|\.log$/.test(file)),
        one.name,
      ).toEqual([]);
    }
  });

  test('B20: names no folder of whoever built it, and every source map reads', async () => {
    for (const one of packages) {
      const files = (await filesOf(one)).filter((file) => file.includes('/dist/'));
      const { stdout } = await runProgram('tar', ['-xzOf', one.tarball, ...files]);
      expect(stdout.length, one.name).toBeGreaterThan(0);
      for (const folder of [ROOT, homedir(), dirname(ROOT)])
        expect(stdout.includes(`${folder}/`), one.name).toBe(false);
      for (const file of files.filter((name) => name.endsWith('.map'))) {
        const map = await runProgram('tar', ['-xzOf', one.tarball, file]);
        const { sources } = JSON.parse(map.stdout) as { readonly sources: readonly string[] };
        expect(sources.filter(isAbsolute), file).toEqual([]);
      }
    }
  });

  test('changes no export of its own: a private field with the name of one is mistaken for it where CommonJS is made', async () => {
    for (const one of packages) {
      const files = (await filesOf(one)).filter((file) => /\/dist\/.*\.cjs$/.test(file));
      const { stdout } = await runProgram('tar', ['-xzOf', one.tarball, ...files]);
      expect([one.name, stdout.match(/#(\w+) = exports\.\1 = .*/g) ?? []]).toEqual([one.name, []]);
    }
  });

  test('declares every package that its declarations name', async () => {
    for (const one of packages) {
      const { dependencies = {}, peerDependencies = {} } = await manifestOf(one);
      const declarations = (await filesOf(one)).filter((file) => /\/dist\/.*\.d\.c?ts$/.test(file));
      const { stdout } = await runProgram('tar', ['-xzOf', one.tarball, ...declarations]);
      const named = [...stdout.matchAll(/\b(?:from|import\()\s*['"]([^.'"][^'"]*)['"]/g)].map(
        ([, name]) => name!,
      );
      const packagesNamed = new Set(
        named
          .filter((name) => !name.startsWith('node:'))
          .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')),
      );
      const missing = [...packagesNamed].filter(
        (name) => !(name in { ...dependencies, ...peerDependencies }),
      );
      expect([one.name, missing]).toEqual([one.name, []]);
      if (one.name === '@sightglass/core') expect(packagesNamed).toContain('@opentelemetry/api');
    }
  });

  test('asks for published versions alone', async () => {
    for (const one of packages) {
      const { dependencies = {}, peerDependencies = {} } = await manifestOf(one);
      for (const range of Object.values({ ...dependencies, ...peerDependencies })) {
        expect(range).not.toMatch(/workspace:|file:|link:|catalog:/);
      }
    }
  });
});

/** Every entry of the packages that applications import, and a wrong label. */
const IMPORTS = `
import { counter, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { metricsHandler } from '@sightglass/core/endpoint';
import * as metrics from '@sightglass/core/metrics';
import { observeHttpServer } from '@sightglass/core/service';
import { loggerOptions, startTelemetry } from '@sightglass/core/setup';
import { readMetric } from '@sightglass/core/testing';
import { defineDashboards, unit } from '@sightglass/dashboards';
import { declareOffload } from '@sightglass/pipeline';
import { alert, defineConfig, type Slo, slo } from '@sightglass/rules';
import { shipped } from '@sightglass/rules/mixins';
import { declareJob } from '@sightglass/scheduler';
import * as jobs from '@sightglass/scheduler/metrics';
import { declareQueue } from '@sightglass/worker';
import * as queues from '@sightglass/worker/metrics';
const rows = counter('rows_total', { help: 'Rows.', labels: { outcome: ['ok', 'bad'] } });
rows.add(1, { outcome: 'ok' });
// @ts-expect-error there is no such label
rows.add(1, { outcome: 'okay' });
export type Objective = Slo;
export const all = [alert, defineConfig, defineDashboards, shipped, slo, unit, setLogger, processStore, metricsHandler, metrics, observeHttpServer, loggerOptions, startTelemetry, readMetric, declareOffload, declareJob, jobs, declareQueue, queues];
`;

test.each([
  ['node10', 'tsc6', ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0']],
  ['node16', 'tsc6', ['--module', 'node16', '--moduleResolution', 'node16']],
  ['nodenext', 'tsc', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['bundler', 'tsc', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])(
  'A11: the types compile by %s, checked to the bottom, without pino and sdk-node',
  async (_, compiler, options) => {
    const folder = await mkdtemp(join(tmpdir(), 'types-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const name of ['core', 'pipeline', 'scheduler', 'worker', 'rules', 'dashboards']) {
      const into = join(folder, 'node_modules/@sightglass', name);
      await mkdir(into, { recursive: true });
      const { tarball } = packages.find((one) => one.name === `@sightglass/${name}`)!;
      await runProgram('tar', ['-xzf', tarball, '-C', into, '--strip-components=1']);
    }
    await mkdir(join(folder, 'node_modules/@opentelemetry'));
    await symlink(
      join(ROOT, 'packages/core/node_modules/@opentelemetry/api'),
      join(folder, 'node_modules/@opentelemetry/api'),
    );
    await mkdir(join(folder, 'node_modules/@types'));
    await symlink(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
    await writeFile(join(folder, 'app.ts'), IMPORTS);
    const strict = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2022',
      '--types',
      'node',
    ];
    const { code, stdout } = await runProgram(
      join(ROOT, 'node_modules/.bin', compiler),
      [...strict, ...options, 'app.ts'],
      { cwd: folder },
    );
    expect([code, stdout]).toEqual([0, '']);
  },
);
