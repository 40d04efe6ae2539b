import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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

  test('fills a folder elsewhere once, also for those who do not share the cache', async () => {
    const target = join(temporary.path, 'elsewhere', 'thing');
    const script = (fills: string) => `
      import { existsSync } from 'node:fs';
      import { appendFile, writeFile } from 'node:fs/promises';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { fillOnce } from ${JSON.stringify(new URL('../../scripts/lib/cache.mjs', import.meta.url).href)};
      const find = async (folder) => existsSync(folder + '/program') ? true : undefined;
      await fillOnce(${JSON.stringify(target)}, find, async (folder) => {
        await sleep(50);
        await writeFile(folder + '/program', 'works');
        await appendFile(${JSON.stringify(fills)}, 'once ');
      });`;
    const fills = join(temporary.path, 'fills');
    const runs = ['a', 'b', 'c'].map((cache) =>
      once(
        spawn(process.execPath, ['--input-type=module', '--eval', script(fills)], {
          env: { ...process.env, XDG_CACHE_HOME: join(temporary.path, 'cache', cache) },
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
        'close',
      ),
    );
    expect(await Promise.all(runs)).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect(await readFile(fills, 'utf8')).toBe('once ');
    await rm(join(temporary.path, 'elsewhere'), { recursive: true });
    await rm(fills);
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

describe('B21: a lock', () => {
  const cacheModule = JSON.stringify(new URL('../../scripts/lib/cache.mjs', import.meta.url).href);
  const runs = new Set<ChildProcess>();
  afterEach(() => {
    for (const run of runs) run.kill('SIGKILL');
    runs.clear();
  });

  /** A process that holds the lock `thing` while it does `work`. */
  function run(work: string) {
    const script = `
      import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from ${cacheModule};
      ${work}`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    runs.add(child);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    return { child, exit: once(child, 'close'), text: () => text };
  }

  const lock = () => join(cacheDir(), 'locks', 'thing');

  /** A lock as a killed run leaves it. */
  async function leaveLock(): Promise<{ pid: number; start: string; place: string; id: string }> {
    const { child, exit, text } = run(
      "await withLock('thing', () => { console.log('held'); return sleep(1e6); });",
    );
    await vi.waitFor(() => expect(text()).toContain('held'));
    child.kill('SIGKILL');
    await exit;
    return JSON.parse(await readFile(lock(), 'utf8'));
  }

  const works = async () => expect(await withLock('thing', async () => 'works')).toBe('works');

  test('of a killed run is taken over, and nothing of it is left', async () => {
    await leaveLock();
    await writeFile(`${lock()}.00000000-0000-4000-8000-000000000000`, await readFile(lock(), 'utf8'));
    await works();
    expect(await readdir(join(cacheDir(), 'locks'))).toEqual([]);
  });

  test('leaves alone the claim of another run that is being written', async () => {
    const claim = `${lock()}.00000000-0000-4000-8000-000000000000`;
    await mkdir(dirname(claim), { recursive: true });
    await writeFile(claim, '');
    await works();
    expect(await readdir(dirname(claim))).toEqual([basename(claim)]);
    await utimes(claim, new Date(), new Date(Date.now() - 61_000));
    await works();
    expect(await readdir(dirname(claim))).toEqual([]);
  });

  test('whose process number was given to another is taken over', async () => {
    const left = await leaveLock();
    await writeFile(lock(), JSON.stringify({ ...left, pid: process.pid }));
    await works();
    // As earlier versions wrote it: a number alone, in a container the same for every run.
    await writeFile(lock(), String(process.pid));
    await works();
  });

  test('of another machine or container is taken over when its holder has shown no life for a minute', async () => {
    const left = await leaveLock();
    await writeFile(lock(), JSON.stringify({ ...left, pid: process.pid, place: 'elsewhere' }));
    await utimes(lock(), new Date(), new Date(Date.now() - 61_000));
    await works();
  });

  test('that was broken by a full disk is nobody\u2019s', async () => {
    for (const text of ['', '{', 'null', '0', '-1', '[]', '{"pid":"1"}']) {
      await mkdir(join(cacheDir(), 'locks'), { recursive: true });
      await writeFile(lock(), text);
      await works();
    }
  });

  test('has one holder, whoever is killed when', async () => {
    const inside = join(temporary.path, 'inside');
    await mkdir(inside, { recursive: true });
    const folder = JSON.stringify(inside);
    const work = `
      const isAlive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
      const mine = String(process.pid);
      for (let i = 0; i < 10; i++) await withLock('thing', async () => {
        await writeFile(${folder} + '/' + mine, '');
        await sleep(Math.random() * 10);
        const others = (await readdir(${folder})).filter((pid) => pid !== mine && isAlive(Number(pid)));
        if (others.length > 0) console.log('TWO HOLDERS', mine, others);
        await rm(${folder} + '/' + mine);
      });
      console.log('done');`;
    const started = Array.from({ length: 6 }, () => run(work));
    const [first, second] = started;
    await vi.waitFor(async () => expect((await readdir(inside)).length).toBeGreaterThan(0));
    // Whoever is at work now: most often one of the two or one that waits.
    first!.child.kill('SIGKILL');
    const [holder] = await readdir(inside);
    if (holder !== undefined)
      started.find(({ child }) => child.pid === Number(holder))?.child.kill('SIGKILL');
    second!.child.kill('SIGKILL');
    await Promise.all(started.map(({ exit }) => exit));
    const texts = started.map(({ text }) => text());
    expect(texts.join('')).not.toContain('TWO HOLDERS');
    expect(texts.filter((text) => text.includes('done')).length).toBeGreaterThanOrEqual(3);
    await works();
    await rm(inside, { recursive: true });
  });

  test('passes on what the work throws, as it is', async () => {
    const error = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    await expect(withLock('thing', () => Promise.reject(error))).rejects.toBe(error);
  });

  test.each([
    ['a file', () => join(import.meta.dirname, 'setup.test.ts')],
    ['a folder that takes no files', () => '/proc/1'],
  ])('in a home that can not be written (%s) ends in a sentence that says what to do', async (_, home) => {
    vi.stubEnv('XDG_CACHE_HOME', undefined);
    vi.stubEnv('HOME', home());
    try {
      const message = /^the cache in .* can not be written \(.+\): set XDG_CACHE_HOME to a folder that can/;
      await expect(withLock('thing', async () => {})).rejects.toThrow(message);
      await expect(writeManifest({})).rejects.toThrow(message);
      const command = [
        '--input-type=module',
        '--eval',
        `import { withLock } from ${cacheModule}; await withLock('thing', async () => {});`,
      ];
      expect(spawnSync(process.execPath, command, { encoding: 'utf8' }).stderr).toMatch(/set XDG_CACHE_HOME/);
    } finally {
      vi.stubEnv('XDG_CACHE_HOME', join(temporary.path, 'cache'));
    }
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
