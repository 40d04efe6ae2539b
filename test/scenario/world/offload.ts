import type { Offload } from '@sightglass/pipeline';
import type { Stage } from './stage.ts';
import { minutes, seconds } from './time.ts';

/** What a cycle does with one table. */
export interface TableRun {
  /** How long the work takes. */
  readonly takes: number;
  /** Rows written; without it the work fails. */
  readonly rows?: number;
  /** The watermark that it reaches: `now` when the work ends (the default), a time, or none. */
  readonly watermark?: 'now' | 'none' | number;
  /** The error that the work ends with. */
  readonly error?: Error;
  /** The work never ends; the cycle is not to be waited for. */
  readonly hangs?: true;
}

/** A table that is offloaded well: 100,000 rows at 20,000 a second. */
export const moved = (run: Partial<TableRun> = {}): TableRun => ({
  takes: seconds(5),
  rows: 100_000,
  ...run,
});

/** A table with nothing new: looked at, and complete up to now. */
export const idle = (): TableRun => ({ takes: seconds(1), rows: 0 });

/** A table whose work fails. */
export const failing = (error = new Error('disk full'), takes = seconds(5)): TableRun => ({ takes, error });

/** A table whose work neither succeeds nor fails. */
export const hanging = (): TableRun => ({ takes: 0, hangs: true });

/** What the tables of a cycle do; those that are not named are moved well. */
export type Plan<T extends string> = { readonly [K in T]?: TableRun };

/** Runs one cycle now, table after table, through the real wrapper. */
export async function cycle<T extends string>(
  stage: Stage,
  offload: Offload<T>,
  plan: Plan<T> = {},
): Promise<void> {
  const told = offload.tables.filter((table) => plan[table] !== undefined);
  stage.note(
    told.length === 0
      ? 'a cycle, all well'
      : `a cycle: ${told.map((table) => `${table} ${inWords(plan[table]!)}`).join(', ')}`,
  );
  await offload.cycle(async ({ table }) => {
    for (const name of offload.tables) {
      const run = plan[name] ?? moved();
      await table(name, async () => {
        await stage.wait(run.takes);
        if (run.hangs) await new Promise(() => {});
        if (run.error !== undefined) throw run.error;
        const { rows = 0, watermark = 'now' } = run;
        return watermark === 'none'
          ? { rows }
          : { rows, watermark: watermark === 'now' ? stage.now : watermark };
      });
    }
  });
}

const inWords = ({ rows, takes, error, hangs }: TableRun): string =>
  hangs
    ? 'hangs'
    : error === undefined
      ? `moves ${rows} rows in ${takes} s`
      : `fails after ${takes} s (${error.message})`;

/** Runs `count` cycles, each at the next time that the offload's interval divides. */
export async function cycles<T extends string>(
  stage: Stage,
  offload: Offload<T>,
  count: number,
  plan: Plan<T> = {},
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await stage.untilNext(offload.intervalSeconds);
    await cycle(stage, offload, plan);
  }
}

/** The offload of most stories: two tables, a cycle every 15 minutes, everything else at its default. */
export const QUARTER_HOURLY = {
  layer: 'bronze',
  tables: ['trades', 'quotes'],
  intervalSeconds: minutes(15),
} as const;
