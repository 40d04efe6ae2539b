import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@sightglass/test-tools';
import type { Config } from './config.ts';

/** Where the rows come from and where they go. */
export interface Places {
  readonly databaseUrl: string;
  readonly coldTierDir: string;
  /** Takes away what was made for this run. */
  close(): Promise<void>;
}

/** The places that the settings name, else a Postgres and a folder for this run alone. */
export async function openPlaces({ databaseUrl, coldTierDir }: Config): Promise<Places> {
  if (databaseUrl !== undefined && coldTierDir !== undefined) {
    return { databaseUrl, coldTierDir, close: async () => {} };
  }
  const postgres = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'sightglass-cold-tier-'));
  return {
    databaseUrl: postgres.url,
    coldTierDir: folder,
    async close() {
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}
