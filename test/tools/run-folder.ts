import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the test files of one run make once and share lies here; undefined outside a run of tests, as in a demo. */
export const runFolder = (): string | undefined => process.env.SIGHTGLASS_RUN_FOLDER;

/** Where it is written down of which claims and mutants a memory knew nothing (`seen.ts`, `test/mutation`); undefined outside a run of tests. */
export const askedAnew = (): string | undefined =>
  runFolder() === undefined ? undefined : join(runFolder()!, 'asked-anew');

/**
 * Makes the folder before the first test, and has every Node that the tests start keep there what it has compiled: they read the same sources by the
 * hundred, and to strip and compile those is more than half of what such a process costs. A Node that knows no such cache passes it by.
 *
 * @returns what removes it after the last test; undefined where another has made it
 */
export default async function makeRunFolder(): Promise<(() => Promise<void>) | undefined> {
  // Each project of a run asks for it; the first one makes it, and removes it when all are done.
  if (runFolder() !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-run-'));
  process.env.SIGHTGLASS_RUN_FOLDER = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  return async () => {
    const asked = await readFile(askedAnew()!, 'utf8').catch(() => '');
    if (asked !== '')
      process.stdout.write(
        `What was asked for, as the memory does not know it (pnpm stories --update writes claims anew, pnpm mutants --update mutants):\n${asked}`,
      );
    // The last workers may still write while they end.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
}
