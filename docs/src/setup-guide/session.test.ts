import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@sightglass/test-tools';
import { expect, test } from 'vitest';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('what the blocks have started ends with the process that pastes them, however that dies', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-session-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const module = JSON.stringify(new URL('session.ts', import.meta.url).href);
  const commands = 'sleep 3000 &\necho $! > pid.new; mv pid.new pid\nwait\n';
  const pasting = spawn(process.execPath, [
    '--conditions=@sightglass/source',
    '--input-type=module',
    '--eval',
    `const { runSession } = await import(${module}); await runSession([{ commands: ${JSON.stringify(commands)} }], ${JSON.stringify({ folder, env: process.env, typed: [] })});`,
  ]);
  const left = async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => 0));
  const pid = await waitUntil(left, { what: 'the block to run' });
  expect(isAlive(pid)).toBe(true);
  pasting.kill('SIGKILL');
  await once(pasting, 'exit');
  await waitUntil(() => !isAlive(pid), { what: 'what it has left to be gone' });
});
