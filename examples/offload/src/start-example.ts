import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExampleProcess, startExampleProcess } from '@sightglass/test-tools';
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

/** The scheduler as a process of its own. */
export type Example = ExampleProcess<FaultName, FaultOptions>;

/** Starts `main.ts` as a process and resolves when it is ready. It ends with this process at the latest. @throws Error with its log when it does not come up */
export function startExample(options: ExampleOptions): Promise<Example> {
  // The process has another working directory.
  const coldTierDir = resolve(options.coldTierDir);
  return startExampleProcess({ name: 'the scheduler', main: MAIN, settings: { ...options, coldTierDir } });
}
