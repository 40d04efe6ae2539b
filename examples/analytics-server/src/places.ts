import { startPostgres } from '@sightglass/test-tools';
import { type Catalogue, startCatalogue } from './catalogue.ts';
import type { Config } from './config.ts';

/** Where the events are kept, and who knows of the tools. */
export interface Places {
  readonly databaseUrl: string;
  readonly catalogueUrl: string;
  /** The stand-in, where nobody else was named. */
  readonly catalogue: Catalogue | undefined;
  /** Ends what was started for this run. */
  close(): Promise<void>;
}

/** The places that the settings name, else some for this run alone. */
export async function openPlaces(config: Config): Promise<Places> {
  const catalogue = config.catalogueUrl === undefined ? await startCatalogue() : undefined;
  const postgres = config.databaseUrl === undefined ? await startPostgres() : undefined;
  return {
    databaseUrl: config.databaseUrl ?? postgres!.url,
    catalogueUrl: config.catalogueUrl ?? catalogue!.url,
    catalogue,
    async close() {
      await catalogue?.close();
      await postgres?.stop();
    },
  };
}
