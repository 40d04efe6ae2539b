import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type ExampleProcess, freePort, startExampleProcess } from '@sightglass/test-tools';
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

/** The service as a process of its own, with providers in another, which live on when it is killed. */
export interface PricingExample extends ExampleProcess<FaultName, FaultOptions> {
  /** The service itself, without a slash at the end. */
  readonly url: string;
  readonly adminToken: string;
  readonly admin: {
    trigger(): Promise<void>;
    status(): Promise<SyncStatus>;
    enable(): Promise<SyncStatus>;
    disable(): Promise<SyncStatus>;
  };
}

/** Starts providers and the service (`main.ts`), and resolves when it is ready. Both end with this process at the latest. @throws Error with its log when it does not come up */
export async function startPricingExample(options: PricingExampleOptions): Promise<PricingExample> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const adminToken = randomBytes(16).toString('hex');
  const providers = await startProviders();
  const service = await startExampleProcess<FaultName, FaultOptions>({
    name: 'the pricing sync',
    main: MAIN,
    settings: { ...options, adminToken, providersUrl: providers.url, port },
  }).catch(async (error: unknown) => {
    await providers.stop();
    throw error;
  });
  const admin = async <T>(method: string, path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(`${url}/admin/sync${path}`, { method, headers, signal });
    if (!response.ok) throw new Error(`${method} /admin/sync${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  return {
    ...service,
    url,
    adminToken,
    admin: {
      trigger: async () => void (await admin('POST', '/runs')),
      status: () => admin('GET', ''),
      enable: () => admin('POST', '/enable'),
      disable: () => admin('POST', '/disable'),
    },
    async stop() {
      await service.stop();
      await providers.stop();
    },
  };
}
