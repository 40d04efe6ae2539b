import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, type ServerProcess, startServerProcess } from './server-process.ts';
import { freePort, waitUntil } from './wait.ts';

/** The switch of the faults of a running example. Every call throws when it refuses. */
export interface Control<Fault extends string, Options extends object> {
  inject(name: Fault, options?: Partial<Options>): Promise<void>;
  /** Mends one fault, or all. */
  repair(name?: Fault): Promise<void>;
  /** Without a slash at the end, for whoever prefers curl. */
  readonly url: string;
}

/** An example as a process of its own. */
export interface ExampleProcess<Fault extends string, Options extends object> {
  readonly metricsUrl: string;
  /** Host and port of the metrics, as a scrape configuration wants it; kept over a restart. */
  readonly metricsTarget: string;
  readonly control: Control<Fault, Options>;
  /** What the process that runs now, or ran last, has logged. */
  log(): string;
  isRunning(): boolean;
  /** Kills the process at once, as `kill -9` does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again with the same settings and ports, after it has died or been killed. */
  restart(): Promise<void>;
  /** Asks it to end, as systemd does, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface ExampleProcessOptions {
  readonly name: string;
  /** The file that it runs. */
  readonly main: string;
  /** Its environment variables in camel case; a port for its metrics and one for its control are added. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** Starts an example and resolves when it is ready. It ends with this process at the latest. @throws Error with its log when it does not come up */
export async function startExampleProcess<Fault extends string, Options extends object>({
  name,
  main,
  settings,
}: ExampleProcessOptions): Promise<ExampleProcess<Fault, Options>> {
  const [metricsPort, controlPort] = [await freePort(), await freePort()];
  const metricsTarget = `127.0.0.1:${metricsPort}`;
  const control = controlAt<Fault, Options>(`http://127.0.0.1:${controlPort}`);
  const env = { ...process.env, ...variables({ ...settings, metricsPort, controlPort }) };
  const start = async () =>
    startServerProcess({
      name,
      command: process.execPath,
      args: ['--conditions=@sightglass/source', main],
      folder: await mkdtemp(join(tmpdir(), 'sightglass-example-')),
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
      await waitUntil(() => !isRunning(), { what: `${name} to be gone` });
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    stop: () => server.stop(),
  };
}

function controlAt<Fault extends string, Options extends object>(url: string): Control<Fault, Options> {
  const send = async (method: string, path: string) => {
    const response = await fetch(`${url}/faults${path}`, { method, signal: AbortSignal.timeout(120_000) });
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
function variables(settings: ExampleProcessOptions['settings']): Record<string, string> {
  const name = (setting: string) => setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return Object.fromEntries(
    Object.entries(settings).map(([setting, value]) => [name(setting), String(value)]),
  );
}
