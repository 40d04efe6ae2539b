import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@sightglass/test-tools';
import { describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url));

/** Starts the demo with a folder for temporary files of its own, so that what it leaves behind can be seen. */
async function startDemo(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-demo-test-'));
  // Postgres runs as another user when the tests run as root.
  await chmod(folder, 0o755);
  const child = spawn(process.execPath, ['--conditions=@sightglass/source', DEMO, ...args], {
    env: { ...process.env, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const end = async () => {
    const [code] = await once(child, 'close');
    const left = await readdir(folder);
    await rm(folder, { recursive: true });
    return { code, output, left };
  };
  return { child, output: () => output, ended: end() };
}

describe.concurrent('the demo', () => {
  it('moves rows, shows the alert firing, delivered and resolved, and cleans up', async () => {
    const { code, output, left } = await (await startDemo(['--once'])).ended;
    expect(output).toContain('IcebergOffloadConsecutiveFailures is pending');
    expect(output).toContain('IcebergOffloadConsecutiveFailures is firing, severity critical');
    expect(output).toMatch(/runbook +https:\S+#icebergoffloadconsecutivefailures/);
    expect(output).not.toContain('NO ');
    expect(left).toEqual([]);
    expect(code, output).toBe(0);
  });

  it('still moves rows where Prometheus is missing, and says in words and status that the rest was not shown', async () => {
    const { code, output, left } = await (await startDemo(['--once'], { XDG_CACHE_HOME: '/nowhere' })).ended;
    expect(output).toContain('prometheus is missing');
    expect(output).toContain('yes  rows moved from Postgres to Parquet files');
    expect(output).toContain('yes  the table was repaired and caught up');
    expect(output).toContain('NO   the alert fired');
    expect(left).toEqual([]);
    expect(code).toBe(1);
  });

  it('stops everything when it is interrupted', async () => {
    const { child, output, ended } = await startDemo([]);
    const begun = { what: 'the story to begin' };
    await waitUntil(() => output().includes('Rows move'), begun).finally(() => child.kill('SIGINT'));
    const { code, left } = await ended;
    expect(left).toEqual([]);
    expect(code).toBe(130);
  });
});
