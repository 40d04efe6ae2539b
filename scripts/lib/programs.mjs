// @ts-check
import { capture, onPath } from './process.mjs';

/**
 * The version that a program tells of itself, or undefined when it does not run here.
 * @param {string} path
 * @returns {Promise<string | undefined>}
 */
export async function versionOf(path) {
  const { code, stdout, stderr } = await capture(path, ['--version']);
  return code === 0 ? /\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] : undefined;
}

/** @param {string} version @param {string} least both as dotted numbers */
export function isAtLeast(version, least) {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

/**
 * The program at `path`, when it runs here and is new enough.
 * @param {string} path
 * @param {string} least
 * @returns {Promise<import('./manifest.mjs').Program | undefined>}
 */
export async function programAt(path, least) {
  const version = await versionOf(path);
  return version && isAtLeast(version, least) ? { path, version } : undefined;
}

/**
 * The first program of one of these names on PATH that is new enough.
 * @param {readonly string[]} names
 * @param {string} least
 */
export async function programOnPath(names, least) {
  for (const path of onPath(names)) {
    const program = await programAt(path, least);
    if (program) return program;
  }
  return undefined;
}
