import type { CronDagOptions, Dag } from '@sightglass/pipeline';
import type { Process } from './process.ts';
import type { Stage } from './stage.ts';
import { hours, minutes, seconds } from './time.ts';

/** What one run of a DAG does. */
export interface DagRunTold {
  /** How long its first task takes; the second takes no time. Default 30 s. */
  readonly takes?: number;
  /** What happens meanwhile, in the place of `takes`. */
  readonly during?: () => Promise<void>;
  /** How it ends: well (the default), with an error in its second task, called off, or not at all. */
  readonly ends?: 'well' | 'badly' | 'called off' | 'never';
  /** How often the second task fails before it succeeds, which its retries make good. */
  readonly tries?: number;
  /** Whether the second task fails for good and the run goes on. */
  readonly inspiteOf?: boolean;
  readonly trigger?: 'scheduled' | 'manual';
}

type Tasks = 'extract' | 'load';

/** The DAG of most stories: at every tenth minute, done four minutes later; everything that it promises is in whole minutes. */
export const REPORT = {
  id: 'report',
  schedule: '*/10 * * * *',
  timezone: 'UTC',
  slaSeconds: minutes(4),
  freshnessObjectiveSeconds: hours(1),
  tasks: { extract: {}, load: { after: ['extract'], retries: 1, retryDelaySeconds: 0.001 } },
} as const satisfies CronDagOptions<Tasks>;

/** Its label. */
export const OF_REPORT = { dag_id: 'report' };

/** A declared DAG, and the function that a scheduler would call. */
export interface PlayedDag extends Pick<Dag<Tasks>, 'enable' | 'disable' | 'standBy' | 'stop' | 'retire'> {
  readonly intervalSeconds: number;
  /** Runs it now, and waits for its end unless it never ends. */
  run(what?: DagRunTold): Promise<void>;
}

/** Declares a DAG in this process, as a host does. */
export function declareDag(
  stage: Stage,
  { pipeline }: Process,
  options: Partial<CronDagOptions<Tasks>> = {},
): PlayedDag {
  const dag = pipeline.declareDag<Tasks>({ ...REPORT, ...options } as CronDagOptions<Tasks>);
  return {
    intervalSeconds: dag.intervalSeconds,
    enable: dag.enable,
    disable: dag.disable,
    standBy: dag.standBy,
    stop: dag.stop,
    retire: dag.retire,
    async run({ takes = seconds(30), ends = 'well', tries = 0, inspiteOf = false, during, trigger } = {}) {
      stage.note(`a run of ${dag.id}, ${takes} s, ends ${ends}`);
      const off = new AbortController();
      let left = tries;
      const ended = pipeline.dagRun(
        dag,
        async (run) => {
          await pipeline.dagTask(run, 'extract', async () => {
            if (ends === 'never') await new Promise(() => {});
            if (during === undefined) await stage.wait(takes);
            else await during();
            if (ends === 'called off') off.abort(new Error('enough'));
            run.signal.throwIfAborted();
          });
          const load = pipeline.dagTask(run, 'load', () => {
            if (ends === 'badly' || inspiteOf || left-- > 0) throw new Error('the table is locked');
          });
          await (inspiteOf ? load.catch(() => {}) : load);
        },
        { trigger: trigger ?? 'scheduled', signal: off.signal },
      );
      if (ends !== 'never') await ended.catch(() => {});
    },
  };
}

/** Runs the DAG `count` times, each at the next time of its schedule. */
export async function dagRuns(
  stage: Stage,
  dag: PlayedDag,
  count: number,
  what: DagRunTold = {},
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await stage.untilNext(dag.intervalSeconds);
    await dag.run(what);
  }
}
