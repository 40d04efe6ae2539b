import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runProgram } from '@sightglass/test-tools';
import { cacheDir, fillOnce, withLock } from '../../scripts/lib/cache.mjs';
import { providePnpm } from '../../scripts/lib/pnpm.mjs';

export const ROOT = join(import.meta.dirname, '../..');

/** A package that is published, and its tarball. */
export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the workspace. */
  readonly dir: string;
  readonly tarball: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
}

const HOUR_MS = 60 * 60 * 1000;

/** What a tarball is made from, besides what is in its package. */
const BUILD_FILES = ['tsup.base.ts', 'tsconfig.json', 'tsconfig.build.json', 'pnpm-lock.yaml'];

/** The published packages of the workspace. */
function publicPackages(): (Manifest & { readonly dir: string })[] {
  return globSync(['packages/*/package.json', 'rules/package.json', 'dashboards/package.json'], { cwd: ROOT })
    .map((path) => ({
      ...(JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest),
      dir: dirname(path),
    }))
    .filter((manifest) => manifest.private !== true)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder in the user's cache of everything that is made from these sources. */
export function packagingDir(): string {
  const hash = createHash('sha256');
  const skip = (path: string) => /(^|\/)(node_modules|dist)$/.test(path);
  const files = publicPackages().flatMap(({ dir }) =>
    globSync(`${dir}/**/*.*`, { cwd: ROOT, exclude: skip }),
  );
  for (const file of [...BUILD_FILES, ...files].sort()) {
    const path = join(ROOT, file);
    hash.update(file).update('\0').update(readFileSync(path)).update('\0');
  }
  return join(cacheDir(), 'packaging', hash.digest('hex').slice(0, 16));
}

/** Builds and packs every published package, once for the same sources. */
export async function packedPackages(): Promise<readonly PackedPackage[]> {
  const base = packagingDir();
  const packages = publicPackages();
  const find = async (folder: string) => {
    const found = packages.map((one) => ({ ...one, tarball: join(folder, tarballName(one)) }));
    const there = new Set(await readdir(folder).catch(() => []));
    return found.every((one) => there.has(tarballName(one))) ? found : undefined;
  };
  await removeOld(dirname(base));
  return fillOnce(join(base, 'tarballs'), find, (folder) =>
    withLock('packaging-build', () => buildAndPack(packages, folder)),
  );
}

async function buildAndPack(
  packages: readonly { name: string; dir: string }[],
  folder: string,
): Promise<void> {
  const env = { ...process.env };
  env.PATH = [await providePnpm(ROOT), join(ROOT, 'node_modules/.bin'), env.PATH].join(delimiter);
  const pnpm = async (cwd: string, ...args: string[]) => {
    const { code, stdout, stderr } = await runProgram('pnpm', args, { cwd, env });
    if (code !== 0) throw new Error(`pnpm ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  };
  await pnpm(ROOT, ...packages.flatMap(({ name }) => ['--filter', name]), 'run', 'build');
  for (const { dir } of packages) await pnpm(join(ROOT, dir), 'pack', '--pack-destination', folder);
}

const tarballName = ({ name, version }: Manifest) => `${name.slice(1).replace('/', '-')}-${version}.tgz`;

/** What earlier sources left is of no use any more; a run that is still under way is younger than an hour. */
async function removeOld(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > HOUR_MS) await rm(path, { recursive: true, force: true });
  }
}
