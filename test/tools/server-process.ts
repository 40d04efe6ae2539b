import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from './wait.ts';

export interface ServerProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The server's own temporary folder: its working directory, removed when it stops or when this process dies. */
  readonly folder: string;
  /** Asked until it is true; it sees what the server has logged so far. */
  readonly isReady: (log: string) => boolean | Promise<boolean>;
  readonly env?: NodeJS.ProcessEnv;
  /** Another user to run as. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Asks the server to end. Default SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** Ends it when this process has died. Default KILL. */
  readonly crashSignal?: 'KILL' | 'QUIT';
}

export interface ServerProcess {
  readonly pid: number;
  /** The last of what the server has logged. */
  log(): string;
  /** How the process has ended: its exit code, or the signal that ended it. Undefined while it runs. */
  exit(): number | NodeJS.Signals | undefined;
  /** Ends the server, waits until it is gone and removes its folder. The second call does nothing. */
  stop(): Promise<void>;
}

/** After this it is not slow to end but does not end: the server is killed. */
const stopTimeoutMs = 120_000;
const logLimit = 64_000;

/** Waits for the end of its standard input, which is the death of the process that holds the other end. */
const watchdogScript = `
read -r _
kill -"$2" "$1"
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" || break; sleep 0.2; done
rm -rf "$3"`;

/**
 * Starts a server and resolves once it is ready. It runs in a session of its own, so that a terminal's interrupt
 * reaches it by `stop` alone; a watchdog ends it when this process dies without having stopped it.
 * @throws Error with the server's log when it ends or does not get ready
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, args, folder } = options;
  const child = spawn(command, args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.env && { env: options.env }),
    ...options.user,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-logLimit)));
  }
  try {
    await once(child, 'spawn');
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`${name} could not be started`, { cause: error });
  }
  const watchdog = startWatchdog(child, options);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= endServer(child, watchdog, options);
    return stopping;
  };
  try {
    await waitUntil(async () => hasEnded(child) || (await options.isReady(log)), {
      what: `${name} to be ready`,
    });
    if (hasEnded(child)) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; its log:\n${log}`, { cause: error });
  }
  return {
    pid: child.pid as number,
    log: () => log,
    exit: () => child.exitCode ?? child.signalCode ?? undefined,
    stop,
  };
}

/** A server that can be away for a while. */
export interface LastingServer {
  /** Ends the server while something happens, and starts it again with what is in its folder. Gives what the work gives. */
  away<T>(during: () => Promise<T>): Promise<T>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a server, and again after each time it was away. @throws Error with its log when it does not come up */
export async function startLastingServer(options: ServerProcessOptions): Promise<LastingServer> {
  // Each removes the folder when it is stopped, so all of them are stopped at the end.
  const servers = [await startServerProcess(options)];
  return {
    async away(during) {
      const { pid } = servers.at(-1)!;
      process.kill(pid, options.stopSignal ?? 'SIGTERM');
      await waitUntil(() => !isAlive(pid), { what: `${options.name} to be away` });
      const result = await during();
      servers.push(await startServerProcess(options));
      return result;
    },
    async stop() {
      for (const server of servers.toReversed()) await server.stop();
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function startWatchdog(
  child: ChildProcess,
  { folder, crashSignal = 'KILL' }: ServerProcessOptions,
): ChildProcess {
  const args = ['-c', watchdogScript, 'sh', String(child.pid), crashSignal, folder];
  return spawn('sh', args, { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
}

async function endServer(
  child: ChildProcess,
  watchdog: ChildProcess,
  options: ServerProcessOptions,
): Promise<void> {
  if (!hasEnded(child)) {
    const closed = once(child, 'close');
    const timer = new AbortController();
    child.kill(options.stopSignal ?? 'SIGTERM');
    const tooLong = sleep(stopTimeoutMs, undefined, { signal: timer.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await closed;
    timer.abort();
    await tooLong;
  }
  if (!hasEnded(watchdog)) {
    watchdog.kill('SIGKILL');
    await once(watchdog, 'close');
  }
  await rm(options.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
