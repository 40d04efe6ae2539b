import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readCgroup } from './cgroup.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The files that Linux would have, under a root of their own. */
function filesOf(files: { readonly [file: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'sightglass-cgroup-'));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${text}\n`);
  }
  return root;
}

const NONE = {
  memoryLimitBytes: undefined,
  memoryUsedBytes: undefined,
  cpuLimit: undefined,
  throttledSeconds: undefined,
};

test('version 2, as a container sees its own group', async () => {
  const root = filesOf({
    'proc/self/cgroup': '0::/',
    'sys/fs/cgroup/memory.max': '536870912',
    'sys/fs/cgroup/memory.current': '300000000',
    'sys/fs/cgroup/memory.stat': 'anon 200000000\ninactive_file 50000000\nactive_file 1',
    'sys/fs/cgroup/cpu.max': '50000 100000',
    'sys/fs/cgroup/cpu.stat': 'usage_usec 9\nnr_throttled 4\nthrottled_usec 2500000',
  });
  expect(await readCgroup(root)).toEqual({
    memoryLimitBytes: 536_870_912,
    memoryUsedBytes: 250_000_000,
    cpuLimit: 0.5,
    throttledSeconds: 2.5,
  });
});

test('version 2, in a unit of which a group further up has the tighter limit', async () => {
  const root = filesOf({
    'proc/self/cgroup': '0::/system.slice/api.service',
    'sys/fs/cgroup/system.slice/api.service/memory.max': '900',
    'sys/fs/cgroup/system.slice/api.service/memory.current': '100',
    'sys/fs/cgroup/system.slice/api.service/cpu.max': 'max 100000',
    'sys/fs/cgroup/system.slice/memory.max': '500',
    'sys/fs/cgroup/system.slice/memory.current': '400',
    'sys/fs/cgroup/system.slice/cpu.max': '300000 100000',
    'sys/fs/cgroup/system.slice/cpu.stat': 'throttled_usec 0',
  });
  expect(await readCgroup(root)).toEqual({
    memoryLimitBytes: 500,
    memoryUsedBytes: 400,
    cpuLimit: 3,
    throttledSeconds: 0,
  });
});

test('version 1, whose path leads nowhere in the container', async () => {
  const root = filesOf({
    'proc/self/cgroup': '5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/docker/abc',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '1000',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': '800',
    'sys/fs/cgroup/memory/memory.stat': 'inactive_file 5\ntotal_inactive_file 300',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '150000',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    'sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 3\nthrottled_time 1500000000',
  });
  expect(await readCgroup(root)).toEqual({
    memoryLimitBytes: 1000,
    memoryUsedBytes: 500,
    cpuLimit: 1.5,
    throttledSeconds: 1.5,
  });
});

test.each<[string, { readonly [file: string]: string }]>([
  ['version 2', { 'sys/fs/cgroup/memory.max': 'max', 'sys/fs/cgroup/cpu.max': 'max 100000' }],
  ['the root, which has no such files', {}],
  ['files that are no numbers', { 'sys/fs/cgroup/memory.max': '', 'sys/fs/cgroup/cpu.max': 'x y' }],
])('without a limit there is none: %s', async (_, files) => {
  expect(await readCgroup(filesOf({ 'proc/self/cgroup': '0::/', ...files }))).toEqual(NONE);
});

test('without a limit there is none: version 1', async () => {
  const root = filesOf({
    'proc/self/cgroup': '5:cpu:/\n4:memory:/',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
  });
  expect(await readCgroup(root)).toEqual(NONE);
});

test('a path can not lead out of the tree, and a deep one is read in part', async () => {
  const deep = Array.from({ length: 100 }, (_, i) => `g${i}`).join('/');
  const root = filesOf({ 'proc/self/cgroup': `0::/../../${deep}`, 'sys/fs/cgroup/memory.max': '7' });
  expect((await readCgroup(root)).memoryLimitBytes).toBe(7);
});

test('where there are no control groups it rejects', async () => {
  await expect(readCgroup(filesOf({}))).rejects.toThrow(/ENOENT/);
});
