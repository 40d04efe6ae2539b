import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ServerProcess, startServerProcess, waitUntil } from '@sightglass/test-tools';
import type { FaultName } from './control.ts';
import { startProviders } from './providers/start-providers.ts';

export type { FaultName } from './control.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the service is started with; `config.ts` says what each is and its default. */
export interface PricingExampleOptions {
  readonly databaseUrl: string;
  readonly schedule: string;
  readonly durationObjectiveSeconds?: number;
  readonly freshnessObjectiveSeconds?: number;
  readonly itemsObjective?: number;
  readonly requestTimeoutSeconds?: number;
  readonly sourceTimeoutSeconds?: number;
  readonly runTimeoutSeconds?: number;
}

export interface FaultOptions {
  /** For the faults of providers. Default: all of them; `mistral` for a new one, `groq` for one that is retired. */
  readonly provider?: string;
  /** For `slow-provider` and `rate-limit`. Default 5. */
  readonly seconds?: number;
  /** For `memory`. Default 500. */
  readonly megabytes?: number;
}

/** The switch of the faults. Every call throws when it refuses. */
export interface Control {
  inject(name: FaultName, options?: FaultOptions): Promise<void>;
  /** Mends one fault, or all. */
  repair(name?: FaultName): Promise<void>;
  /** Without a slash at the end, for whoever prefers curl. */
  readonly url: string;
}

/** What `GET /admin/sync` says. */
export interface SyncStatus {
  readonly name: string;
  readonly enabled: boolean;
  readonly nextRun?: string;
  readonly sources: readonly string[];
  readonly lastSuccess?: string;
  readonly providers: readonly {
    readonly provider: string;
    readonly models: number;
    readonly updatedAt: string;
  }[];
}

/** The service as a process of its own, with providers in another. */
export interface PricingExample {
  readonly metricsUrl: string;
  /** Host and port of the metrics, as a scrape configuration wants it; kept over a restart. */
  readonly metricsTarget: string;
  /** The service itself, without a slash at the end. */
  readonly url: string;
  readonly adminToken: string;
  readonly admin: {
    trigger(): Promise<void>;
    status(): Promise<SyncStatus>;
    enable(): Promise<SyncStatus>;
    disable(): Promise<SyncStatus>;
  };
  readonly control: Control;
  /** What the process that runs now, or ran last, has logged. */
  log(): string;
  isRunning(): boolean;
  /** Kills the process at once, as `kill -9` does, and waits until it is gone. The providers live on. */
  kill(): Promise<void>;
  /** Starts it again, on the same ports and database, after it has died or been killed. */
  restart(): Promise<void>;
  /** Asks it to end, as systemd does, and waits until it and the providers are gone. */
  stop(): Promise<void>;
}

/** Starts providers and the service (`main.ts`), and resolves when it is ready. Both end with this process at the latest. @throws Error with its log when it does not come up */
export async function startPricingExample(options: PricingExampleOptions): Promise<PricingExample> {
  const [port, metricsPort, controlPort] = [await freePort(), await freePort(), await freePort()];
  const metricsTarget = `127.0.0.1:${metricsPort}`;
  const url = `http://127.0.0.1:${port}`;
  const control = controlAt(`http://127.0.0.1:${controlPort}`);
  const adminToken = randomBytes(16).toString('hex');
  const providers = await startProviders();
  const settings = { ...options, adminToken, providersUrl: providers.url, port, metricsPort, controlPort };
  const env = { ...process.env, ...variables(settings) };
  const start = async () =>
    startServerProcess({
      name: 'the pricing sync',
      command: process.execPath,
      args: ['--conditions=@sightglass/source', MAIN],
      folder: await mkdtemp(join(tmpdir(), 'sightglass-pricing-')),
      env,
      // The control port is opened last.
      isReady: async () => (await fetch(`${control.url}/faults`)).ok,
    });
  let server: ServerProcess;
  try {
    server = await start();
  } catch (error) {
    await providers.stop();
    throw error;
  }
  const isRunning = () => isAlive(server.pid);
  const admin = async <T>(method: string, path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(`${url}/admin/sync${path}`, { method, headers, signal });
    if (!response.ok) throw new Error(`${method} /admin/sync${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  return {
    metricsUrl: `http://${metricsTarget}/metrics`,
    metricsTarget,
    url,
    adminToken,
    admin: {
      trigger: async () => void (await admin('POST', '/runs')),
      status: () => admin('GET', ''),
      enable: () => admin('POST', '/enable'),
      disable: () => admin('POST', '/disable'),
    },
    control,
    log: () => server.log(),
    isRunning,
    async kill() {
      if (isRunning()) process.kill(server.pid, 'SIGKILL');
      await waitUntil(() => !isRunning(), { timeoutMs: 5_000, what: 'the pricing sync to be gone' });
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    async stop() {
      await server.stop();
      await providers.stop();
    },
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

/** `requestTimeoutSeconds: 15` as `REQUEST_TIMEOUT_SECONDS: '15'`. */
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
