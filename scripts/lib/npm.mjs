// @ts-check
import { capture, Failure } from './process.mjs';

/**
 * Installs one npm package into a folder of its own, running none of its scripts.
 * @param {string} folder
 * @param {string} spec name and exact version
 */
export async function installPackage(folder, spec) {
  const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--no-progress'];
  const result = await capture('npm', ['install', '--prefix', folder, ...options, spec], { cwd: folder });
  if (result.code !== 0) throw new Failure(`npm could not install ${spec}:\n${result.stderr.trim()}`);
}
