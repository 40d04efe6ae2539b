// @ts-check
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { link, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './process.mjs';

/** How often a holder shows that it lives, and after how long without that a lock of another machine or container is nobody's. */
const BEAT_MS = 5_000;
const SILENT_MS = 60_000;

/**
 * Who holds a lock: a process, told from a later one of the same number by its start, in the place where its number means something.
 * @typedef {{ pid: number, start: string, place: string, id: string }} Holder
 */

/**
 * Runs `work` while this process alone holds the lock at `path`; whoever comes meanwhile waits. A lock of a process that is gone is taken over, by
 * one of those who wait, also when its number has been given to another process since.
 * @template T
 * @param {string} path in a folder that is there
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function holdLock(path, work) {
  const id = randomUUID();
  const claim = `${path}.${id}`;
  await writeFile(claim, JSON.stringify(/** @satisfies {Holder} */ ({ ...self(), id })));
  try {
    let told = false;
    while (!(await linked(claim, path))) {
      const found = await lockAt(path);
      if (found === undefined) continue;
      if (!isHeld(found)) {
        await takeAway(path, found);
        continue;
      }
      if (!told)
        say(
          `waiting for process ${found.holder?.pid}, which prepares ${basename(path)}; if it does not, remove ${path}`,
        );
      told = true;
      await sleep(200);
    }
  } finally {
    await rm(claim, { force: true });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS).unref();
  try {
    await clearClaims(path);
    return await work();
  } finally {
    clearInterval(beat);
    if ((await lockAt(path))?.holder?.id === id) await rm(path, { force: true });
  }
}

/**
 * Removes a lock that nobody holds, and no other one: of all who have seen it, only who holds the lock on its removal may, and only while it is
 * still the same.
 * @param {string} path
 * @param {Lock} seen
 */
async function takeAway(path, seen) {
  const removal = `${path}.${seen.holder?.id ?? 'unreadable'}.removal`;
  await holdLock(removal, async () => {
    if ((await lockAt(path))?.text === seen.text) await rm(path, { force: true });
  });
}

/** @typedef {{ text: string, holder: Holder | undefined, touchedMs: number }} Lock */

/** The lock at `path`, undefined when there is none. @param {string} path @returns {Promise<Lock | undefined>} */
async function lockAt(path) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, holder: holderIn(text), touchedMs: mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A number alone is what earlier versions wrote. @param {string} text @returns {Holder | undefined} */
function holderIn(text) {
  try {
    const {
      pid = undefined,
      start = '',
      place = '',
      id = '',
    } = /^\d+$/.test(text) ? { pid: Number(text) } : JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, start, place, id } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether whoever wrote it still runs. @param {Lock} lock */
function isHeld(lock) {
  const { holder } = lock;
  // A lock appears whole: what is none was broken by a full disk or a crash.
  if (holder === undefined) return false;
  const { pid, start, place } = holder;
  if (place !== '' && place !== self().place) return !isSilent(lock);
  if (!isAlive(pid)) return false;
  if (start !== '') {
    const now = startOf(pid);
    return now === '' ? !isSilent(lock) : now === start;
  }
  return pid !== process.pid && !isSilent(lock);
}

/** Whether nobody has touched it for so long that its writer must be gone. @param {Lock} lock */
const isSilent = ({ touchedMs }) => Date.now() - touchedMs > SILENT_MS;

/** @type {Omit<Holder, 'id'> | undefined} */
let me;

/** This process. */
function self() {
  me ??= { pid: process.pid, start: startOf(process.pid), place: `${hostname()} ${namespace()}`.trim() };
  return me;
}

/** Numbers of processes mean something within one of these; empty where there are none. */
function namespace() {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** When a process began, as the system has it: another one of the same number began later. Empty where it does not say. @param {number} pid */
function startOf(pid) {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return `${boot} ${fields.split(' ')[19]}`;
  } catch {
    const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : '';
  }
}

/** Removes what killed runs that waited have left beside a lock. @param {string} path */
async function clearClaims(path) {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const left = (await readdir(folder)).filter(
    (name) => name.startsWith(prefix) && /^[0-9a-f-]{36}$/.test(name.slice(prefix.length)),
  );
  for (const name of left) {
    const file = join(folder, name);
    const found = await lockAt(file);
    if (found === undefined) continue;
    // Unlike a lock, a claim does not appear whole: one that can't be read may be being written.
    const isLeft = found.holder === undefined ? isSilent(found) : !isHeld(found);
    if (isLeft) await rm(file, { force: true });
  }
}

/** A hard link appears whole or not at all, so a lock is never seen without its holder. @param {string} from @param {string} to */
async function linked(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;
