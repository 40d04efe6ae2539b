import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Linux lets the control group of this process use, which in a container is the container, and what that uses. Undefined where there is no limit. */
export interface CgroupFacts {
  readonly memoryLimitBytes: number | undefined;
  /** What can't be taken back at once: without files that were read and are not in use, as Kubernetes counts it. */
  readonly memoryUsedBytes: number | undefined;
  /** In CPUs: 0.5 is half of one. */
  readonly cpuLimit: number | undefined;
  /** For how long its threads were kept waiting since it was made, because the limit was used up. */
  readonly throttledSeconds: number | undefined;
}

/** No tree of groups is deeper in practice, and each level costs two files at a scrape. */
const MOST_LEVELS = 12;
/** Version 1 says "no limit" as the largest number of pages. */
const NO_LIMIT = 2 ** 53;

/** Throws when the process can't tell in which control group it is. */
export const checkCgroup = (): void => accessSync('/proc/self/cgroup', constants.R_OK);

/**
 * Reads the control groups, version 1 or 2. A limit may be that of a group further up: the smallest counts. Where a container sees its own group
 * as the root, the path in `/proc` leads nowhere, and the root is read. Rejects where there are none. `root` is that of the file system.
 */
export async function readCgroup(root = '/'): Promise<CgroupFacts> {
  const lines = (await readFile(join(root, 'proc/self/cgroup'), 'utf8')).trim().split('\n');
  const v1 = (controller: string) =>
    lines.map((line) => line.split(':')).find(([, names = '']) => names.split(',').includes(controller))?.[2];
  const mount = join(root, 'sys/fs/cgroup');
  const memoryPath = v1('memory');
  const cpuPath = v1('cpu');
  const unified = lines.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  const [memory, cpu] = await Promise.all([
    memoryPath === undefined
      ? memoryOf(levels(mount, unified ?? '/'), V2)
      : memoryOf(levels(join(mount, 'memory'), memoryPath), V1),
    cpuPath === undefined
      ? cpuOf(levels(mount, unified ?? '/'), cpuV2)
      : cpuOf(levels(join(mount, 'cpu'), cpuPath), cpuV1),
  ]);
  return { ...memory, ...cpu };
}

/** The folders of a group and of those that it is in, itself first and the root last. */
function levels(mount: string, path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '..');
  const all = names.map((_, i) => join(mount, ...names.slice(0, names.length - i)));
  return [...all.slice(0, MOST_LEVELS - 1), mount];
}

const V2 = { limit: 'memory.max', usage: 'memory.current', idle: /^inactive_file (\d+)$/m };
const V1 = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  idle: /^total_inactive_file (\d+)$/m,
};

async function memoryOf(folders: readonly string[], files: typeof V2) {
  let tightest: { readonly folder: string; readonly limit: number } | undefined;
  for (const folder of folders) {
    const limit = Number(await textOf(join(folder, files.limit)));
    if (limit > 0 && limit < NO_LIMIT && limit < (tightest?.limit ?? NO_LIMIT)) tightest = { folder, limit };
  }
  if (tightest === undefined) return { memoryLimitBytes: undefined, memoryUsedBytes: undefined };
  const [usage, stat = ''] = await Promise.all([
    textOf(join(tightest.folder, files.usage)),
    textOf(join(tightest.folder, 'memory.stat')),
  ]);
  const idle = Number(files.idle.exec(stat)?.[1] ?? 0);
  return {
    memoryLimitBytes: tightest.limit,
    memoryUsedBytes: usage === undefined ? undefined : Math.max(0, Number(usage) - idle),
  };
}

/** The limit of one group in CPUs, and for how long it was throttled. */
type CpuReader = (folder: string) => Promise<{ readonly limit: number; readonly throttledSeconds: number }>;

const cpuV2: CpuReader = async (folder) => {
  const [max = '', stat = ''] = await Promise.all([
    textOf(join(folder, 'cpu.max')),
    textOf(join(folder, 'cpu.stat')),
  ]);
  const [quota, period] = max.split(' ').map(Number);
  return {
    limit: quota! / period!,
    throttledSeconds: Number(/^throttled_usec (\d+)$/m.exec(stat)?.[1]) / 1e6,
  };
};

const cpuV1: CpuReader = async (folder) => {
  const [quota, period, stat = ''] = await Promise.all(
    ['cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.stat'].map((file) => textOf(join(folder, file))),
  );
  return {
    limit: Number(quota) / Number(period),
    throttledSeconds: Number(/^throttled_time (\d+)$/m.exec(stat)?.[1]) / 1e9,
  };
};

async function cpuOf(folders: readonly string[], read: CpuReader) {
  let found: Awaited<ReturnType<CpuReader>> | undefined;
  for (const folder of folders) {
    const one = await read(folder);
    // No limit is "max" or -1, which is no number above 0.
    if (one.limit > 0 && one.limit < (found?.limit ?? Number.POSITIVE_INFINITY)) found = one;
  }
  return {
    cpuLimit: found?.limit,
    throttledSeconds: Number.isFinite(found?.throttledSeconds) ? found?.throttledSeconds : undefined,
  };
}

/** What a file says; undefined where it is not there, as at the root. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
