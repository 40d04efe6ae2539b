// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir, cacheFailure, makeFolder } from './cache.mjs';

/**
 * A program that the tests or the demo start. The ones with a 3 are Prometheus 3, `node20` is the oldest supported Node.
 * @typedef {'prometheus' | 'promtool' | 'prometheus3' | 'promtool3' | 'alertmanager' | 'amtool' | 'pushgateway' | 'redis' | 'nodeExporter' | 'postgresExporter' | 'redisExporter' | 'mariadb' | 'node20'} ServerName
 * @typedef {{ path: string, version: string }} Program
 * @typedef {Partial<Record<ServerName, Program>>} Manifest
 */

const manifestFile = () => join(cacheDir(), 'servers.json');

/**
 * What the last provisioning found, less what has gone since; empty when there was none.
 * @returns {Manifest}
 */
export function readManifest() {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(manifestFile(), 'utf8')));
    return Object.fromEntries(entries.filter(([, program]) => existsSync(program.path)));
  } catch {
    return {};
  }
}

/** @param {Manifest} manifest */
export async function writeManifest(manifest) {
  const file = manifestFile();
  const partial = `${file}.${process.pid}`;
  try {
    await makeFolder(dirname(file));
    await writeFile(partial, `${JSON.stringify(manifest, undefined, 2)}\n`);
    await rename(partial, file);
  } catch (error) {
    throw cacheFailure(error);
  }
}
