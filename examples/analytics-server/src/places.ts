import { startPostgres } from '@sightglass/test-tools';
import type { Config } from './config.ts';

/** Where the events are kept. */
export interface Places {
  readonly databaseUrl: string;
  /** Ends what was started for this run. */
  close(): Promise<void>;
}

/** The database that the settings name, else a Postgres for this run alone. */
export async function openPlaces({ databaseUrl }: Config): Promise<Places> {
  if (databaseUrl !== undefined) return { databaseUrl, close: async () => {} };
  const postgres = await startPostgres();
  return { databaseUrl: postgres.url, close: postgres.stop };
}
