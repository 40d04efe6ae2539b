import { fileURLToPath } from 'node:url';
import { type ExampleProcess, freePort, startExampleProcess } from '@sightglass/test-tools';
import type { FaultName, FaultOptions } from './faults.ts';

export type { FaultName, FaultOptions } from './faults.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the example is started with; `config.ts` says what each is and its default. */
export interface AirQualityOptions {
  readonly databaseUrl: string;
  readonly standbyDatabaseUrl?: string;
  readonly intervalSeconds?: number;
  readonly freshnessObjectiveSeconds?: number;
  readonly collectIntervalSeconds?: number;
  readonly collectTimeoutSeconds?: number;
}

/** The example as a process of its own. */
export interface AirQualityExample extends ExampleProcess<FaultName, FaultOptions> {
  /** Where `/health` and `/summary` are, without a slash at the end. */
  readonly healthUrl: string;
}

/** Starts `main.ts` as a process and resolves when it is ready. It ends with this process at the latest. @throws Error with its log when it does not come up */
export async function startAirQuality(options: AirQualityOptions): Promise<AirQualityExample> {
  const healthPort = await freePort();
  const example = await startExampleProcess<FaultName, FaultOptions>({
    name: 'the air-quality pipeline',
    main: MAIN,
    settings: { ...options, healthPort },
  });
  return Object.assign(example, { healthUrl: `http://127.0.0.1:${healthPort}` });
}
