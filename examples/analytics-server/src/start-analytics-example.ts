import { fileURLToPath } from 'node:url';
import { type ExampleProcess, freePort, startExampleProcess } from '@sightglass/test-tools';
import type { FaultName, FaultOptions } from './faults.ts';

export type { FaultName, FaultOptions } from './faults.ts';
export { type Load, type LoadCounts, startLoad } from './load/load.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the example is started with; `config.ts` says what each is and its default. */
export interface AnalyticsExampleOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly workers?: number;
  readonly queueCapacity?: number;
  readonly batchSize?: number;
  readonly maxWaitSeconds?: number;
  readonly batchDurationObjectiveSeconds?: number;
  readonly retrySeconds?: number;
  readonly latencyObjectiveSeconds?: number;
  readonly poolSize?: number;
  readonly healthTimeoutSeconds?: number;
  readonly cacheSeconds?: number;
  readonly summaryIntervalSeconds?: number;
  readonly freshnessObjectiveSeconds?: number;
  /** Of Node, such as the size of the heap. */
  readonly nodeOptions?: string;
}

/** The API as a process of its own, with its workers. */
export interface AnalyticsExample extends ExampleProcess<FaultName, FaultOptions> {
  /** The API itself, without a slash at the end. */
  readonly url: string;
}

/** Starts `main.ts` as a process and resolves when it is ready. It ends with this process at the latest, and its workers with it. @throws Error with its log when it does not come up */
export async function startAnalyticsExample(options: AnalyticsExampleOptions): Promise<AnalyticsExample> {
  const port = await freePort();
  const example = await startExampleProcess<FaultName, FaultOptions>({
    name: 'the analytics server',
    main: MAIN,
    settings: { ...options, port },
  });
  return Object.assign(example, { url: `http://127.0.0.1:${port}` });
}
