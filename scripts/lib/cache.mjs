// @ts-check
import { randomUUID } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, say } from './process.mjs';

/** The per-user folder of everything fetched once and used by every checkout. */
export function cacheDir() {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'sightglass');
}

/**
 * Makes a folder of the cache complete or not at all: `fill` works in a temporary folder beside it, which takes the
 * name once it works. Concurrent runs wait for one another; what an interrupted run left is removed.
 * @template T
 * @param {string} target absolute path of a folder in the cache
 * @param {(folder: string) => Promise<T | undefined>} find what the folder is for, when it is there and works
 * @param {(folder: string) => Promise<void>} fill
 * @returns {Promise<T>}
 * @throws {Failure} when what was filled does not work here
 */
export async function fillOnce(target, find, fill) {
  const found = await find(target);
  if (found) return found;
  return withLock(basename(target), async () => {
    const foundMeanwhile = await find(target);
    if (foundMeanwhile) return foundMeanwhile;
    const parent = dirname(target);
    const prefix = `${basename(target)}.partial-`;
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
    }
    const partial = await mkdtemp(join(parent, prefix));
    try {
      await fill(partial);
      if (!(await find(partial))) throw new Failure('it does not run here or is too old');
      await rm(target, { recursive: true, force: true });
      await rename(partial, target);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return /** @type {T} */ (await find(target));
  });
}

/**
 * Runs `work` while holding a lock of this user; one held by a process that is gone is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const folder = join(cacheDir(), 'locks');
  const lock = join(folder, name);
  const claim = `${lock}.${randomUUID()}`;
  await mkdir(folder, { recursive: true });
  await writeFile(claim, String(process.pid));
  try {
    let told = false;
    while (!(await linked(claim, lock))) {
      const holder = Number(await readFile(lock, 'utf8').catch(() => '0'));
      if (holder !== 0 && !isAlive(holder)) await rm(lock, { force: true });
      else await sleep(200);
      if (!told && holder !== 0) say(`waiting for process ${holder}, which is preparing ${name}`);
      told = true;
    }
  } finally {
    await rm(claim, { force: true });
  }
  try {
    return await work();
  } finally {
    await unlink(lock);
  }
}

/** A hard link appears whole or not at all, so a lock is never seen without its holder. @param {string} from @param {string} to */
async function linked(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
