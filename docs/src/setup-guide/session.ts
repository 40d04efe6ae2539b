import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitUntil } from '@sightglass/test-tools';
import type { Block } from './guide.ts';

export interface SessionOptions {
  /** Where the shell is at first. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is typed when a command asks, a line each. */
  readonly typed: readonly string[];
}

/** What became of a block. */
export interface Outcome {
  /** Whether each of its commands ended with 0. */
  readonly done: boolean;
  /** Both of its streams, with a line feed at the end. */
  readonly output: string;
}

export interface Session {
  /** Of the blocks in their order, up to the first that failed. */
  readonly outcomes: readonly Outcome[];
  /** Whether something was running in the background a while after the last block. It is not any more. */
  readonly wasLeftRunning: boolean;
}

const MARK = '@@@ block\n';

/**
 * Pastes blocks into one shell, one after the other, as a reader would. The first command that fails ends the session. What the blocks have left
 * in the background is ended too, also when this process dies.
 */
export async function runSession(
  blocks: readonly Block[],
  { folder, env, typed }: SessionOptions,
): Promise<Session> {
  const script = join(folder, 'session.sh');
  const mark = `printf '\\n${MARK.replace('\n', '\\n')}'\n`;
  const text = blocks.map(({ commands }) => `${mark}${commands}`).join('');
  await writeFile(script, `exec 2>&1\nset -e\n${text}${mark}`);
  // A group of its own holds all that it starts.
  const shell = spawn('sh', [script], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(shell, 'spawn');
  const watchdog = startWatchdog(shell);
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (piece: string) => (output += piece));
  shell.stdin.end(typed.map((line) => `${line}\n`).join(''));
  await once(shell, 'exit');
  const wasLeftRunning = await endGroup(shell.pid as number);
  watchdog.kill('SIGKILL');
  const [, ...parts] = output.split(`\n${MARK}`);
  const outcomes = parts
    .slice(0, blocks.length)
    .map((part, at) => ({ done: at + 1 < parts.length, output: `${part}\n` }));
  return { outcomes, wasLeftRunning };
}

/** Ends the group when the process that holds the other end of its standard input has died. */
function startWatchdog(shell: ChildProcess): ChildProcess {
  const script = 'read -r _; kill -TERM "-$1"; sleep 5; kill -KILL "-$1"';
  const args = ['-c', script, 'sh', String(shell.pid)];
  return spawn('sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}

/** Waits until a group has ended by itself, then ends it. Whether that was needed. */
async function endGroup(group: number): Promise<boolean> {
  const gone = (timeoutMs: number) =>
    waitUntil(() => !isAlive(group), { timeoutMs, what: 'the session to end' });
  const endsBy = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (isAlive(group)) process.kill(-group, signal);
    await gone(10_000);
  };
  try {
    await gone(10_000);
    return false;
  } catch {
    await endsBy('SIGTERM').catch(() => endsBy('SIGKILL'));
    return true;
  }
}

function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
