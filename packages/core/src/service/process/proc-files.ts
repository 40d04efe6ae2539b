import { accessSync, constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** What Linux says of this process. */
export interface ProcFacts {
  readonly virtualMemoryBytes: number | undefined;
  readonly openFds: number;
  /** Undefined when there is no limit. */
  readonly maxFds: number | undefined;
}

const STATUS = '/proc/self/status';
const LIMITS = '/proc/self/limits';
const FDS = '/proc/self/fd';

/** Throws when `/proc/self` is not there or may not be read. */
export function checkProc(): void {
  for (const path of [STATUS, LIMITS, FDS]) accessSync(path, constants.R_OK);
}

/** Reads `/proc/self`. Rejects where there is none. */
export async function readProc(): Promise<ProcFacts> {
  const [status, limits, fds] = await Promise.all([
    readFile(STATUS, 'utf8'),
    readFile(LIMITS, 'utf8'),
    readdir(FDS),
  ]);
  return {
    virtualMemoryBytes: numberIn(status, /^VmSize:\s+(\d+) kB$/m, 1024),
    // One is the listing itself.
    openFds: fds.length - 1,
    maxFds: numberIn(limits, /^Max open files\s+(\d+)/m, 1),
  };
}

function numberIn(text: string, pattern: RegExp, times: number): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * times;
}
