import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess, startServerProcess, waitUntil } from '@sightglass/test-tools';
import type { FaultName, FaultOptions } from './faults.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the scheduler is started with; `config.ts` says what each is and its default. */
export interface ExampleOptions {
  readonly databaseUrl: string;
  readonly coldTierDir: string;
  readonly intervalSeconds: number;
  readonly tableTimeoutSeconds?: number;
  readonly lagObjectiveSeconds?: number;
  readonly cycleDurationObjectiveSeconds?: number;
  readonly throughputObjectiveRowsPerSecond?: number;
  readonly produceRowsPerSecond?: number;
}

/** The switch of the faults of a running scheduler. Every call throws when it refuses. */
export interface Control {
  inject(name: FaultName, options?: Partial<FaultOptions>): Promise<void>;
  /** Mends one fault, or all. */
  repair(name?: FaultName): Promise<void>;
  /** Without a slash at the end, for whoever prefers curl. */
  readonly url: string;
}

/** The scheduler as a process of its own. */
export interface Example {
  readonly metricsUrl: string;
  /** Host and port of the metrics, as a scrape configuration wants it; kept over a restart. */
  readonly metricsTarget: string;
  readonly control: Control;
  /** What the process that runs now, or ran last, has logged. */
  log(): string;
  isRunning(): boolean;
  /** Kills the process at once, as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same ports, database and folder, after it has died or been killed. */
  restart(): Promise<void>;
  /** Asks it to end, as systemd does, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts `main.ts` as a process and resolves when it is ready. It ends with this process at the latest. @throws Error with its log when it does not come up */
export async function startExample(options: ExampleOptions): Promise<Example> {
  const metricsPort = await freePort();
  const controlPort = await freePort();
  const metricsTarget = `127.0.0.1:${metricsPort}`;
  const control = controlAt(`http://127.0.0.1:${controlPort}`);
  // The process has another working directory.
  const coldTierDir = resolve(options.coldTierDir);
  const env = { ...process.env, ...variables({ ...options, coldTierDir, metricsPort, controlPort }) };
  const start = async () =>
    startServerProcess({
      name: 'the scheduler',
      command: process.execPath,
      args: ['--conditions=@sightglass/source', MAIN],
      folder: await mkdtemp(join(tmpdir(), 'sightglass-scheduler-')),
      env,
      // The control port is opened last.
      isReady: async () => (await fetch(`${control.url}/faults`)).ok,
    });
  let server: ServerProcess = await start();
  const isRunning = () => isAlive(server.pid);
  return {
    metricsUrl: `http://${metricsTarget}/metrics`,
    metricsTarget,
    control,
    log: () => server.log(),
    isRunning,
    async kill() {
      if (isRunning()) process.kill(server.pid, 'SIGKILL');
      await waitUntil(() => !isRunning(), { timeoutMs: 5_000, what: 'the scheduler to be gone' });
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    stop: () => server.stop(),
  };
}

function controlAt(url: string): Control {
  const send = async (method: string, path: string) => {
    const response = await fetch(`${url}/faults${path}`, { method, signal: AbortSignal.timeout(10_000) });
    const { error } = (await response.json()) as { error?: string };
    if (error !== undefined) throw new Error(error);
  };
  return {
    url,
    inject: (name, options = {}) => {
      const query = Object.entries(options).map(([option, value]): [string, string] => [
        option,
        String(value),
      ]);
      return send('POST', `/${name}?${new URLSearchParams(query)}`);
    },
    repair: (name) => send('DELETE', name === undefined ? '' : `/${name}`),
  };
}

/** `intervalSeconds: 15` as `INTERVAL_SECONDS: '15'`. */
function variables(settings: Readonly<Record<string, string | number>>): Record<string, string> {
  const name = (setting: string) => setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return Object.fromEntries(
    Object.entries(settings).map(([setting, value]) => [name(setting), String(value)]),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
