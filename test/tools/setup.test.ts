import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { cacheDir, fillOnce, withLock } from '../../scripts/lib/cache.mjs';
import { readManifest, writeManifest } from '../../scripts/lib/manifest.mjs';
import { isAtLeast } from '../../scripts/lib/programs.mjs';
import { pairs, provisionPair } from '../../scripts/lib/servers.mjs';
import { countTests } from '../../scripts/lib/totals.mjs';
import { requiredServerPath, serverPath } from './server-path.ts';
import { useOwnTemporaryFolder } from './temporary.ts';

const prometheus = requiredServerPath('prometheus');
const temporary = useOwnTemporaryFolder();

/** A cache of this file's own, new for each test. */
beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', join(temporary.path, 'cache')));
afterEach(() => rm(join(temporary.path, 'cache'), { recursive: true, force: true }));
afterAll(() => void vi.unstubAllEnvs());

describe('the cache', () => {
  const file = 'program';
  const find = (folder: string) => readFile(join(folder, file), 'utf8').catch(() => undefined);

  test('fills a folder once, whoever asks at the same time', async () => {
    const target = join(cacheDir(), 'thing');
    let fills = 0;
    const fill = async (folder: string) => {
      fills += 1;
      await writeFile(join(folder, file), 'works');
    };
    const found = await Promise.all([1, 2, 3].map(() => fillOnce(target, find, fill)));
    expect(found).toEqual(['works', 'works', 'works']);
    expect(fills).toBe(1);
  });

  test('is not poisoned by a run that failed, was interrupted, or left what no longer works', async () => {
    const target = join(cacheDir(), 'thing');
    const failing = fillOnce(target, find, () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    await expect(fillOnce(target, find, async () => {})).rejects.toThrow('does not run here');
    await mkdir(join(cacheDir(), 'thing.partial-killed'));
    await mkdir(target);
    expect(await fillOnce(target, find, (folder) => writeFile(join(folder, file), 'works'))).toBe('works');
    expect(await readdir(cacheDir())).toEqual(['locks', 'thing']);
    expect(await readdir(join(cacheDir(), 'locks'))).toEqual([]);
  });

  test('takes over the lock of a process that is gone, and waits for one that is there', async () => {
    await mkdir(join(cacheDir(), 'locks'), { recursive: true });
    const gone = spawnSync('true').pid;
    await writeFile(join(cacheDir(), 'locks', 'thing'), String(gone));
    const order: string[] = [];
    await withLock('thing', async () => {
      const second = withLock('thing', async () => void order.push('second'));
      await vi.waitFor(async () => expect(await readdir(join(cacheDir(), 'locks'))).toHaveLength(2));
      order.push('first');
      return { second };
    }).then(({ second }) => second);
    expect(order).toEqual(['first', 'second']);
  });
});

describe('the manifest of servers', () => {
  test('gives back what was written, less what has gone', async () => {
    const there = { path: process.execPath, version: '24.0.0' };
    await writeManifest({ node20: there, amtool: { path: '/no/such/program', version: '1.0.0' } });
    expect(readManifest()).toEqual({ node20: there });
    expect(serverPath('node20')).toBe(process.execPath);
    expect(() => requiredServerPath('amtool')).toThrow(/npm run setup/);
  });

  test('is empty where nothing was provisioned', () => {
    expect(readManifest()).toEqual({});
    expect(serverPath('prometheus')).toBeUndefined();
  });
});

describe('servers', () => {
  afterEach(() => void vi.stubEnv('PATH', usualPath));
  const usualPath = process.env.PATH;

  test('on PATH are used when they are new enough', async () => {
    vi.stubEnv('PATH', dirname(prometheus));
    const found = await provisionPair(pairs.prometheus);
    expect(found.prometheus?.path).toBe(prometheus);
    expect(isAtLeast(found.promtool?.version ?? '', '2.42.0')).toBe(true);
  });

  test('that cannot be had are named, with the way to get them', async () => {
    vi.stubEnv('PATH', dirname(prometheus));
    const missing = provisionPair({ ...pairs.prometheus, least: '99.0.0' });
    await expect(missing).rejects.toThrow(
      'Prometheus is missing: put prometheus and promtool, 2.42 or newer, on PATH',
    );
  });

  test.each([
    ['2.42.0', '2.42.0', true],
    ['2.5.0', '2.42.0', false],
    ['3.0.0', '2.42.0', true],
    ['0.25.0', '0.9.3', true],
  ])('version %s against %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});

test('the totals count a test file that could not be loaded as a failure, and todos as skipped', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{}] },
    { status: 'passed', assertionResults: [{}] },
  ];
  const counts = { numPassedTests: 4, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
  expect(countTests({ ...counts, testResults })).toEqual({ passed: 4, failed: 2, skipped: 3 });
});

test('an interrupt that does not come from a terminal reaches the command, whose exit status is the run’s', async () => {
  const command =
    "process.on('SIGINT', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')";
  const script = `
    import { foreground } from ${JSON.stringify(new URL('../../scripts/lib/process.mjs', import.meta.url).href)};
    process.exitCode = await foreground(process.execPath, ['-e', ${JSON.stringify(command)}]);`;
  const run = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(run.stdout, 'data');
  run.kill('SIGINT');
  expect(await once(run, 'exit')).toEqual([7, null]);
});
