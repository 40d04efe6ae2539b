import { fileURLToPath } from 'node:url';
import { type ExampleProcess, startExampleProcess } from '@sightglass/test-tools';
import type { FaultName, FaultOptions } from './faults.ts';

export type { FaultName, FaultOptions } from './faults.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the example is started with; `config.ts` says what each is and its default. */
export interface DagExampleOptions {
  readonly schedule: string;
  readonly slaSeconds: number;
  readonly dagId?: string;
  readonly scheduler?: string;
  readonly freshnessObjectiveSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly retryDelaySeconds?: number;
  readonly dataDir?: string;
}

/** The runner as a process of its own. */
export type DagExample = ExampleProcess<FaultName, FaultOptions>;

/** Starts `main.ts` as a process and resolves when it is ready. It ends with this process at the latest. @throws Error with its log when it does not come up */
export const startDagExample = (options: DagExampleOptions): Promise<DagExample> =>
  startExampleProcess<FaultName, FaultOptions>({
    name: 'the DAG runner',
    main: MAIN,
    settings: { ...options },
  });
