// @ts-check
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir, fillOnce } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { capture, Failure, onPath, say } from './process.mjs';

/**
 * Brings the pnpm that package.json's `packageManager` names: from PATH, the cache, or npm.
 * @param {string} root
 * @returns {Promise<string>} the folder to put first on PATH
 */
export async function providePnpm(root) {
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version = /^pnpm@(\d[^+]*)/.exec(packageManager)?.[1];
  if (!version) throw new Failure(`package.json names no pnpm version: packageManager is ${packageManager}`);
  for (const file of onPath(['pnpm'])) {
    if ((await pnpmVersion(file)) === version) return told(version, 'on PATH', dirname(file));
  }
  const bin = await fillOnce(
    join(cacheDir(), `pnpm-${version}`),
    async (folder) => {
      const place = join(folder, 'node_modules', '.bin');
      return (await pnpmVersion(join(place, 'pnpm'))) === version ? place : undefined;
    },
    async (partial) => {
      say(`pnpm ${version}: fetching it with npm`);
      await installPackage(partial, `pnpm@${version}`);
    },
  );
  return told(version, 'cached', bin);
}

/** Asked from outside the checkout, where pnpm does not become the version that a project pins. @param {string} file */
async function pnpmVersion(file) {
  const { code, stdout } = await capture('sh', ['-c', '"$0" --version', file], { cwd: tmpdir() });
  return code === 0 ? stdout.trim() : undefined;
}

/** @param {string} version @param {string} where @param {string} folder */
function told(version, where, folder) {
  say(`pnpm ${version}: ${where}`);
  return folder;
}
