import { startPostgres } from '@sightglass/test-tools';
import type { Config } from './config.ts';
import { startProviders } from './providers/start-providers.ts';

/** Where the prices come from and where they go. */
export interface Places {
  readonly databaseUrl: string;
  readonly providersUrl: string;
  /** Ends what was started for this run. */
  close(): Promise<void>;
}

/** The places that the settings name; what they do not name is started, for this run alone. */
export async function openPlaces({ databaseUrl, providersUrl }: Config): Promise<Places> {
  const postgres = databaseUrl === undefined ? await startPostgres() : undefined;
  const providers = providersUrl === undefined ? await startProviders() : undefined;
  return {
    databaseUrl: databaseUrl ?? postgres!.url,
    providersUrl: providersUrl ?? providers!.url,
    async close() {
      await providers?.stop();
      await postgres?.stop();
    },
  };
}
