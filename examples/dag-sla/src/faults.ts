import { type Dag, declareDag, retireDag } from '@sightglass/pipeline';
import type { Hindrances, ReportDag } from './report.ts';
import type { Scheduler } from './scheduler.ts';
import type { Shops } from './shops.ts';

/** What can be broken, and how. */
export const FAULTS = {
  'source-down':
    'the shops answer every request with 500, so that `extract` fails after its retries, and the run with it',
  'flaky-source': 'every second request is answered with 500: `extract` succeeds when it is tried again',
  'check-fails': 'the task `check` fails; nothing comes after it, and the run goes on',
  slow: '`totals` takes `seconds` longer',
  hang: '`publish` waits for ever, and the run with it',
  stall: 'the loop of the scheduler no longer comes round',
  skips: 'the loop comes round and starts nothing',
  late: 'the loop starts each run `seconds` late',
  twice: 'the loop starts each run twice',
  'new-dag': 'a second DAG is declared that nobody ever starts',
  disabled: 'the DAG is switched off, as an admin can do',
  crash: 'the process is killed',
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultOptions {
  /** For `slow` and `late`. Default 2. */
  readonly seconds: number;
}

/** The faults that are active. A process begins without any. */
export class Faults {
  readonly #parts: {
    readonly dag: ReportDag;
    readonly scheduler: Scheduler;
    readonly shops: Shops;
    readonly hindrances: Hindrances;
  };
  readonly #active = new Map<FaultName, () => void>();

  constructor(parts: {
    readonly dag: ReportDag;
    readonly scheduler: Scheduler;
    readonly shops: Shops;
    readonly hindrances: Hindrances;
  }) {
    this.#parts = parts;
  }

  list(): FaultName[] {
    return [...this.#active.keys()];
  }

  inject(name: FaultName, options: FaultOptions): void {
    this.repair(name);
    this.#active.set(name, this.#begin(name, options));
  }

  /** Mends one fault, or all. */
  repair(name?: FaultName): void {
    for (const active of name === undefined ? this.list() : [name]) {
      this.#active.get(active)?.();
      this.#active.delete(active);
    }
  }

  /** Makes the fault happen; returns what ends it. */
  #begin(name: FaultName, { seconds }: FaultOptions): () => void {
    const { dag, scheduler, shops, hindrances } = this.#parts;
    const mode = (mode: Scheduler['mode']) => {
      scheduler.mode = mode;
      return () => {
        scheduler.mode = 'well';
      };
    };
    switch (name) {
      case 'source-down':
      case 'flaky-source':
        shops.trouble = name === 'source-down' ? 'down' : 'flaky';
        return () => {
          shops.trouble = 'none';
        };
      case 'check-fails':
        hindrances.failsCheck = true;
        return () => {
          hindrances.failsCheck = false;
        };
      case 'slow':
        hindrances.slowSeconds = seconds;
        return () => {
          hindrances.slowSeconds = 0;
        };
      case 'hang':
        hindrances.hangs = true;
        return () => {
          hindrances.hangs = false;
        };
      case 'late':
        scheduler.lateSeconds = seconds;
        return mode('late');
      case 'stall':
        return mode('stalls');
      case 'skips':
      case 'twice':
        return mode(name);
      case 'new-dag': {
        const fresh: Dag<'only'> = declareDag({
          id: 'new-report',
          intervalSeconds: dag.intervalSeconds,
          freshnessObjectiveSeconds: dag.intervalSeconds,
          pages: false,
          tasks: { only: {} },
        });
        return () => retireDag(fresh.id);
      }
      case 'disabled':
        dag.disable();
        return () => dag.enable();
      case 'crash':
        // Later than the answer to whoever asked for it. No handler runs, as when memory runs out.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);
        return () => {};
    }
  }
}
