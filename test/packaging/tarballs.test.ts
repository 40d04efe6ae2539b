import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PackedPackage, packedPackages, ROOT } from './packed.ts';

const BUILD_MS = 300_000;
let packages: readonly PackedPackage[];
beforeAll(async () => {
  packages = await packedPackages();
}, BUILD_MS);

test('there is a tarball of every published package', () => {
  expect(packages.map(({ name }) => name)).toEqual([
    '@sightglass/core',
    '@sightglass/dashboards',
    '@sightglass/pipeline',
    '@sightglass/rules',
  ]);
});

const filesOf = async ({ tarball }: PackedPackage) => {
  const { code, stdout, stderr } = await runProgram('tar', ['-tzf', tarball]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim().split('\n');
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

  test('has types that resolve as its code does', { timeout: 60_000 }, async () => {
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
        files.filter((file) => /\.(test|test-d|bench)\.|node_modules|tsup\.config|\.log$/.test(file)),
        one.name,
      ).toEqual([]);
    }
  });

  test('asks for published versions alone', async () => {
    for (const { tarball } of packages) {
      const { stdout } = await runProgram('tar', ['-xzOf', tarball, 'package/package.json']);
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(stdout) as Record<
        string,
        Record<string, string>
      >;
      for (const range of Object.values({ ...dependencies, ...peerDependencies })) {
        expect(range).not.toMatch(/workspace:|file:|link:|catalog:/);
      }
    }
  });
});
