import { readdir, readFile } from 'node:fs/promises';

/** What Linux says of this process. */
export interface ProcFacts {
  readonly virtualMemoryBytes: number | undefined;
  readonly openFds: number;
  /** Undefined when there is no limit. */
  readonly maxFds: number | undefined;
}

/** Reads `/proc/self`. Rejects where there is none. */
export async function readProc(): Promise<ProcFacts> {
  const [status, limits, fds] = await Promise.all([
    readFile('/proc/self/status', 'utf8'),
    readFile('/proc/self/limits', 'utf8'),
    readdir('/proc/self/fd'),
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
