// @ts-check
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './cache.mjs';
import { Failure, foreground, say } from './process.mjs';

/**
 * Installs the workspace's dependencies as the lockfile has them. A stamp in node_modules says for which manifests
 * and lockfile that was last done, so that a second run asks neither pnpm nor the network.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env with pnpm on its PATH
 */
export async function installDependencies(root, env) {
  const stamp = join(root, 'node_modules', '.sightglass-installed');
  const wanted = await fingerprint(root);
  const isInstalled = async () => (await readFile(stamp, 'utf8').catch(() => '')) === wanted;
  if (await isInstalled()) return say('dependencies: installed');
  await withLock(`install-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`, async () => {
    if (await isInstalled()) return;
    say('dependencies: pnpm install --frozen-lockfile');
    const quiet = { CI: 'true', pnpm_config_node_version: await projectNode(root) };
    const code = await foreground('pnpm', ['install', '--frozen-lockfile'], {
      cwd: root,
      env: { ...env, ...quiet },
    });
    if (code !== 0) throw new Failure('pnpm install failed');
    await writeFile(stamp, wanted);
  });
}

/** The Node that everything here runs on: pnpm judges the packages by it, not by the Node that started this script. @param {string} root */
async function projectNode(root) {
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return devDependencies.node;
}

/** Everything that decides what is installed. @param {string} root */
async function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...(await manifests(root))]) {
    hash.update(`${file}\n`).update(await readFile(join(root, file)));
  }
  return hash.digest('hex');
}

/** The workspace packages' own package.json files. @param {string} root */
async function manifests(root) {
  const workspace = await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const listed = /^packages:\n((?: +- .*\n)+)/m.exec(workspace)?.[1] ?? '';
  const patterns = Array.from(listed.matchAll(/- ['"]?([^'"\n]+)/g), ([, pattern = '']) => pattern.trim());
  const folders = await Promise.all(
    patterns.map(async (pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      return existsSync(join(root, parent))
        ? (await readdir(join(root, parent))).map((name) => join(parent, name))
        : [];
    }),
  );
  const files = folders.flat().map((folder) => join(folder, 'package.json'));
  return files.filter((file) => existsSync(join(root, file))).sort();
}
