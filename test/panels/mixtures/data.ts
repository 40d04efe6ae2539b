import type { Dataset, Pipeline, Statistic } from '@sightglass/pipeline';
import { Dice } from '../../scenario/tables/table.ts';
import { type DagRunTold, declareDag, type PlayedDag } from '../../scenario/world/dag.ts';
import type { Process } from '../../scenario/world/process.ts';
import type { Stage } from '../../scenario/world/stage.ts';
import { minutes, seconds } from '../../scenario/world/time.ts';
import type { Look, PanelStory } from '../told.ts';
import { Moods, QUARTER, quarters, story } from './moods.ts';

/* What makes data: DAGs, data sets, pipelines, and numbers of runs. */

const SETS = ['trades', 'quotes', 'orders', 'fees', 'books'];

const DAG_MOODS = [
  'well',
  'well',
  'fails',
  'fails',
  'off',
  'slow',
  'long',
  'away',
  'again',
  'in spite',
] as const;

const SET_MOODS = [
  'well',
  'well',
  'stale',
  'late',
  'thin',
  'incomplete',
  'nothing',
  'odd',
  'wrong',
  'reduced',
  'warned',
  'errored',
  'unchecked',
  'outside',
  'changed',
  'empty',
] as const;

interface Running {
  readonly app: Process;
  readonly dags: readonly (readonly [id: string, dag: PlayedDag])[];
  readonly sets: readonly Dataset[];
  readonly pipelines: readonly Pipeline<string>[];
  readonly statistics: readonly Statistic[];
}

/** A data set; some are read at each scrape, which can fail. */
function declareSet(
  { pipeline }: Process,
  dice: Dice,
  name: string,
  layer: string,
  unreadable: ReadonlySet<string>,
  now: () => number,
): Dataset {
  return pipeline.declareDataset({
    name,
    layer,
    updateIntervalSeconds: QUARTER,
    freshnessObjectiveSeconds: minutes(dice.one(40, 60, 90)),
    freshnessWarningSeconds: minutes(dice.one(20, 30)),
    suites: dice.one(['daily'], ['daily', 'deep']),
    checkIntervalSeconds: QUARTER,
    scoreObjectiveRatio: dice.one(0.85, 0.9),
    scoreWarningRatio: dice.one(0.95, 0.97),
    completenessObjectiveRatio: dice.one(0.9, 0.98),
    volume: { min: dice.one(1_000, 15_000), max: dice.one(50_000, 90_000) },
    values: { amount: { min: 0, max: 10_000 }, price: { min: 1, max: 9 } },
    columns: { id: 'text', amount: 'double', price: 'double' },
    ...(name === 'fees'
      ? {
          newest: () => {
            if (unreadable.has(layer)) throw new Error('the database does not answer');
            return now() - 60;
          },
        }
      : {}),
  });
}

const HANGS: DagRunTold = { during: () => new Promise(() => {}) };

/** What happens on one target, with these layers and DAGs. */
const dataOf =
  (seed: number, layers: readonly string[], ids: readonly string[], look?: Look) =>
  async (s: Stage): Promise<void> => {
    const dice = new Dice(seed);
    const dagMoods = new Moods(dice, DAG_MOODS);
    const setMoods = new Moods(dice, SET_MOODS);
    const unreadable = new Set<string>();
    /** Ends the runs that take until the next quarter of an hour. */
    const long: (() => void)[] = [];
    const begins = async (): Promise<Running> => {
      const app = await s.start();
      app.core.gauge('process_start_time_seconds', { help: 'Start.' }).set(s.now);
      return {
        app,
        dags: ids
          .filter(() => dice.maybe(0.9))
          .map((id) => [
            id,
            declareDag(s, app, {
              id,
              schedule: '*/15 * * * *',
              slaSeconds: dice.one(undefined, minutes(1), minutes(2), minutes(15), minutes(16)),
              freshnessObjectiveSeconds: minutes(dice.one(25, 40, 120)),
              successObjectiveRatio: dice.one(0.5, 0.8, 0.95),
            }),
          ]),
        sets: layers.flatMap((layer) =>
          SETS.filter(() => dice.maybe(0.8)).map((name) =>
            declareSet(app, dice, name, layer, unreadable, () => s.now),
          ),
        ),
        pipelines: layers.map((layer) =>
          app.pipeline.declarePipeline({
            name: `into-${layer}`,
            layers: [layer, 'lost'],
            durationObjectiveSeconds: dice.one(5, 15, 60),
          }),
        ),
        statistics: SETS.flatMap((name) =>
          (['volume', 'duration'] as const)
            .filter(() => dice.maybe(0.8))
            .map((kind) =>
              app.pipeline.declareStatistic({
                name,
                kind,
                leastRuns: dice.one(2, 4),
                window: 10,
                sensitivity: dice.one(2, 3),
              }),
            ),
        ),
      };
    };
    await quarters(s, dice, look, begins, async (now, quarter) => {
      for (const end of long.splice(0)) end();
      await s.wait(1);
      for (const layer of layers)
        if (dice.maybe(0.3)) unreadable.add(layer);
        else unreadable.delete(layer);
      for (const [id, dag] of now.dags) {
        const what = dice.next();
        if (what < 0.05) dag.disable();
        else if (what < 0.1) dag.standBy();
        else if (what < 0.3) dag.enable();
        const does = dice.maybe(0.02) ? HANGS : runOf(dagMoods.of(id), dice, long);
        if (does?.during !== undefined) void dag.run(does);
        else if (does !== undefined) await dag.run(does);
      }
      for (const set of now.sets) {
        const what = dice.next();
        if (what < 0.04) set.disable();
        else if (what < 0.2) set.enable();
        load(set, setMoods.of(`${set.layer} ${set.name}`), dice, s.now);
      }
      for (const pipeline of now.pipelines) await executed(s, dice, now, pipeline);
      for (const statistic of now.statistics) {
        if (dice.maybe(0.05)) statistic.disable();
        else if (dice.maybe(0.2)) statistic.enable();
        if (dice.maybe(0.9))
          statistic.record((dice.maybe(0.1) ? 300 : 100) + ((quarter * 7) % 5) + Math.floor(dice.next() * 9));
      }
    });
  };

function runOf(mood: (typeof DAG_MOODS)[number], dice: Dice, ends: (() => void)[]): DagRunTold | undefined {
  const takes = seconds(1 + Math.floor(dice.next() * 20));
  const trigger = dice.maybe(0.1) ? ('manual' as const) : ('scheduled' as const);
  switch (mood) {
    case 'well':
      return { takes, trigger };
    case 'fails':
      return { takes, trigger, ends: 'badly' };
    case 'off':
      return { takes, trigger, ends: 'called off' };
    case 'slow':
      return { takes: takes + seconds(dice.one(50, 70)), trigger };
    case 'long':
      return { during: () => new Promise<void>((resolve) => ends.push(resolve)) };
    case 'away':
      return undefined;
    case 'again':
      return { takes, tries: 1 };
    case 'in spite':
      return { takes, inspiteOf: true };
  }
}

/** A load of a data set and its checks, by its mood. */
function load(set: Dataset, mood: (typeof SET_MOODS)[number], dice: Dice, now: number): void {
  const rows = 20_000 + Math.floor(dice.next() * 30_000);
  const isRead = set.name === 'fees';
  if (mood === 'empty' && !isRead) set.fresh(null);
  if (mood !== 'stale' && mood !== 'empty') {
    const late = mood === 'late' ? 1 + Math.floor(dice.next() * 500) : 0;
    set.loaded({ rows: { nothing: 0, odd: 400_000 }[mood as string] ?? rows, lateRows: late });
    if (!isRead) set.fresh(now - (mood === 'late' ? minutes(35) : 30 + Math.floor(dice.next() * 200)));
  }
  const found = { thin: 0.97, incomplete: 0.6 }[mood as string] ?? 1;
  if (mood !== 'stale')
    set.complete({
      expected: rows,
      found: Math.floor(rows * found),
      gaps: found < 1 ? dice.one(1, 3, 6) : 0,
    });
  set.values({ column: 'amount', min: 0.5, max: mood === 'outside' ? 12_000 : 812 });
  set.values({ column: 'price', min: 2, max: 4, outOfRange: mood === 'outside' ? dice.one(0, 7) : 0 });
  set.schema({ id: 'text', amount: mood === 'changed' ? 'text' : 'double', price: 'double' });
  if (mood === 'unchecked') return;
  const failed = { wrong: 12, reduced: 3 }[mood as string] ?? 0;
  for (const suite of ['daily', 'deep']) {
    if (suite === 'deep' && dice.maybe(0.5)) continue;
    const error = mood === 'errored' && suite === 'daily' ? { error: new Error('no such table') } : {};
    const warned = mood === 'warned' ? dice.one(1, 2) : 0;
    set.checked({ suite, evaluated: 40, failed: suite === 'daily' ? failed : 0, warned, ...error });
  }
}

/** An execution of a pipeline. */
async function executed(s: Stage, dice: Dice, { app }: Running, pipeline: Pipeline<string>): Promise<void> {
  const fails = dice.maybe(0.2);
  await app.pipeline
    .pipelineRun(pipeline, async (run) => {
      await s.wait(seconds(dice.one(2, 4, 8, 20)));
      run.records({ layer: pipeline.layers[0]!, count: 500 + Math.floor(dice.next() * 900) });
      if (dice.maybe(0.3)) run.records({ layer: pipeline.layers[0]!, count: 7, status: 'skipped' });
      if (fails) run.records({ layer: 'lost', count: 3, status: 'failed' });
      if (fails) throw dice.one(new Error('disk full'), new DOMException('slow', 'TimeoutError'));
    })
    .catch(() => {});
}

const IDS = ['ingest', 'clean', 'join', 'score', 'publish', 'report', 'archive'];

export const data: readonly PanelStory[] = [
  story(
    'data',
    ['sightglass-pipelines', 'sightglass-pipeline-overview', 'sightglass-datasets', 'sightglass-anomalies'],
    [
      (s, look) => dataOf(5, ['bronze', 'silver'], IDS.slice(0, 5), look)(s),
      dataOf(6, ['silver', 'gold'], IDS.slice(3)),
    ],
  ),
];
