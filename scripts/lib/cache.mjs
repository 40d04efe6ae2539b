// @ts-check
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { holdLock } from './lock.mjs';
import { Failure } from './process.mjs';

/** The per-user folder of everything fetched once and used by every checkout. */
export function cacheDir() {
  const xdg = process.env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(home(), '.cache'), 'sightglass');
}

function home() {
  try {
    return homedir();
  } catch {
    throw new Failure(
      'this user has no home folder: set XDG_CACHE_HOME to a folder for the cache, by its absolute path',
    );
  }
}

/**
 * Makes a folder of the cache complete or not at all: `fill` works in a temporary folder beside it, which takes the
 * name once it works. Concurrent runs wait for one another; what an interrupted run left is removed.
 * @template T
 * @param {string} target absolute path of a folder, in the cache or elsewhere
 * @param {(folder: string) => Promise<T | undefined>} find what the folder is for, when it is there and works
 * @param {(folder: string) => Promise<void>} fill
 * @returns {Promise<T>}
 * @throws {Failure} when what was filled does not work here
 */
export async function fillOnce(target, find, fill) {
  const found = await find(target);
  if (found) return found;
  // The lock is beside it: who shares a folder need not share the cache.
  const locks = join(dirname(target), 'locks');
  return withLock(
    basename(target),
    async () => {
      const foundMeanwhile = await find(target);
      if (foundMeanwhile) return foundMeanwhile;
      const partial = await emptyBeside(target).catch((error) => {
        throw cacheFailure(error);
      });
      try {
        await fill(partial);
        if (!(await find(partial))) throw new Failure('it does not run here or is too old');
        await rm(target, { recursive: true, force: true });
        await rename(partial, target);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
      return /** @type {T} */ (await find(target));
    },
    locks,
  );
}

/** A new folder beside the target; what interrupted runs have left there is removed. @param {string} target */
async function emptyBeside(target) {
  const parent = dirname(target);
  const prefix = `${basename(target)}.partial-`;
  await makeFolder(parent);
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, prefix));
}

/**
 * Runs `work` while holding a lock of this user: one process at a time; a lock that nobody holds any more is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {string} folder where locks are. Default: in the cache
 * @returns {Promise<T>}
 * @throws {Failure} when the cache can't be written
 */
export async function withLock(name, work, folder = join(cacheDir(), 'locks')) {
  /** Errors of the work are its own. @type {{ error: unknown } | undefined} */
  let failed;
  try {
    await makeFolder(folder);
    return await holdLock(join(folder, name), async () => {
      try {
        return await work();
      } catch (error) {
        failed = { error };
        throw error;
      }
    });
  } catch (error) {
    throw failed === undefined ? cacheFailure(error) : failed.error;
  }
}

/** A folder with those above it. Node's own way of it never ends where a folder takes none (`/proc`). @param {string} folder */
export async function makeFolder(folder) {
  if (await made(folder)) return;
  await makeFolder(dirname(folder));
  if (!(await made(folder))) throw new Error(`${folder} can not be made`);
}

/** False when the folder above is missing. @param {string} folder */
async function made(folder) {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return true;
    if (code === 'ENOENT') return false;
    throw error;
  }
}

/** What to say when the cache could not be written. @param {unknown} error */
export function cacheFailure(error) {
  const { message } = /** @type {Error} */ (error);
  return new Failure(
    `the cache in ${cacheDir()} can not be written (${message}): set XDG_CACHE_HOME to a folder that can, by its absolute path`,
  );
}
