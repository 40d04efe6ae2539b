import type { Offload } from '@sightglass/pipeline';
import { Dice } from '../../scenario/tables/table.ts';
import { declareJob, type JobRun, type ScheduledJob } from '../../scenario/world/job.ts';
import { cycle, failing, moved, type TableRun } from '../../scenario/world/offload.ts';
import type { Process } from '../../scenario/world/process.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { hours, minutes, seconds } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';
import { Moods, QUARTER, quarters, story } from './moods.ts';

const TABLES = ['trades', 'quotes', 'orders', 'candles', 'books', 'fees'];

/** What happens on one target: these layers, some of whose processes end and begin again with other tables. */
const layersOf =
  (seed: number, names: readonly string[], look?: Look) =>
  async (s: Stage): Promise<void> => {
    const dice = new Dice(seed);
    const moods = new Moods(dice, ['well', 'well', 'well', 'fails', 'stands', 'slow', 'idle']);
    const begins = async (): Promise<Offload<string>[]> => {
      const { core, pipeline } = await s.start();
      core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      return names
        .filter(() => dice.maybe(0.9))
        .map((layer) =>
          pipeline.declareOffload({
            layer,
            tables: TABLES.filter(() => dice.maybe(0.7)) as readonly string[],
            intervalSeconds: QUARTER,
            lagObjectiveSeconds: minutes(dice.one(20, 30, 60, 90)),
            cycleDurationObjectiveSeconds: seconds(dice.one(20, 40, 300)),
          }),
        );
    };
    await quarters(s, dice, look, begins, async (layers) => {
      for (const layer of layers) {
        const what = dice.next();
        if (what < 0.06) layer.disable();
        else if (what < 0.12) layer.standBy();
        else if (what < 0.3) layer.enable();
        else if (what < 0.33 && layer.tables.length > 2) layer.retireTable(dice.one(...layer.tables));
        if (layer.state === 'disabled' || layer.state === 'standby' || dice.maybe(0.08)) continue;
        const does = (table: string): TableRun => {
          const takes = seconds(1 + Math.floor(dice.next() * 5));
          switch (moods.of(`${layer.layer} ${table}`)) {
            case 'well':
              return moved({ takes, rows: Math.floor(dice.next() * 90_000) });
            case 'fails':
              return failing(
                dice.one(new Error('disk full'), new DOMException('slow', 'TimeoutError')),
                takes,
              );
            case 'stands':
              return moved({ takes, rows: 100, watermark: 'none' });
            case 'slow':
              return moved({ takes: 5 * takes, rows: 2_000, watermark: s.now - minutes(25) });
            case 'idle':
              return moved({ takes: 0.5, rows: 0 });
          }
        };
        await cycle(s, layer, Object.fromEntries(layer.tables.map((table) => [table, does(table)])));
      }
    });
  };

const JOBS = 'invoices reports prices mails backups quotas tokens feeds carts logs'.split(' ');

/** The same with jobs: each has promises of its own. */
const jobsOf =
  (seed: number, names: readonly string[], look?: Look) =>
  async (s: Stage): Promise<void> => {
    const dice = new Dice(seed);
    const moods = new Moods(dice, [
      'well',
      'well',
      'well',
      'fails',
      'in part',
      'slow',
      'held',
      'away',
      'late',
    ]);
    const begins = async (): Promise<(readonly [name: string, job: ScheduledJob])[]> => {
      const app: Process = await s.start();
      app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      return names
        .filter(() => dice.maybe(0.9))
        .map((name) => {
          const job = declareJob(s, app, {
            name,
            intervalSeconds: QUARTER,
            durationObjectiveSeconds: seconds(dice.one(10, 30, 120)),
            freshnessObjectiveSeconds: hours(dice.one(1, 2, 4)),
          });
          return [name, job] as const;
        });
    };
    await quarters(s, dice, look, begins, async (jobs) => {
      for (const [name, job] of jobs) {
        const what = dice.next();
        if (what < 0.05) job.disable();
        else if (what < 0.1) job.standBy();
        else if (what < 0.3) job.enable();
        const run = runOf(moods.of(name), dice, s.now);
        if (run !== undefined) await job.run(run);
      }
    });
  };

function runOf(mood: string, dice: Dice, now: number): JobRun | undefined {
  const takes = seconds(1 + Math.floor(dice.next() * 5));
  const trigger = dice.maybe(0.1) ? ('manual' as const) : ('scheduled' as const);
  switch (mood) {
    case 'fails':
      return { ends: 'badly', takes, trigger };
    case 'in part':
      return { ends: 'in part', takes, trigger };
    case 'slow':
      return { takes: 5 * takes, trigger };
    case 'held':
      return { ends: 'locked' };
    case 'away':
      return undefined;
    case 'late':
      return { takes, scheduledFor: now - 10 * takes };
    default:
      return { takes, trigger };
  }
}

export const scheduled: readonly PanelStory[] = [
  story(
    'offload',
    ['sightglass-offload'],
    [
      (s, look) => layersOf(1, ['bronze', 'silver', 'copper'], look)(s),
      layersOf(2, ['gold', 'iron', 'bronze']),
    ],
  ),
  story(
    'job',
    ['sightglass-scheduler'],
    [(s, look) => jobsOf(3, JOBS.slice(0, 7), look)(s), jobsOf(4, JOBS.slice(5))],
  ),
];
