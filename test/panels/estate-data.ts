import type { Dataset } from '@sightglass/pipeline';
import { declareDag, type PlayedDag } from '../scenario/world/dag.ts';
import { containers, machine } from '../scenario/world/host.ts';
import type { Process } from '../scenario/world/process.ts';
import type { Stage } from '../scenario/world/stage.ts';
import { hours, minutes, seconds } from '../scenario/world/time.ts';

/* A service with DAGs and data sets, on a machine with containers: the part of the estates of the pictures that makes data, and what the story `data` of the panels plays. */

/**
 * A process with DAGs at minutes of their own and the data sets that they load. Gives the function that lets all of it go on until an hour; from hour `ills` on some of it is not well.
 * `alsoIn` is begun in the same process, and what it gives is done twice an hour.
 */
export async function dataEstate(
  s: Stage,
  names: readonly string[],
  layers: readonly string[],
  ills: number,
  alsoIn: (app: Process) => (isIll: boolean) => Promise<void> = () => async () => {},
): Promise<(last: number) => Promise<void>> {
  const app = await s.start();
  const also = alsoIn(app);
  const host = machine(s, { busy: 0.6 });
  const boxes = containers(s, { name: 'pipeline' }, { name: 'postgres' });
  const dags = names.map((id, i) =>
    declareDag(s, app, {
      id,
      schedule: `${5 + i} * * * *`,
      slaSeconds: minutes(20),
      freshnessObjectiveSeconds: hours(3),
    }),
  );
  const sets = layers.flatMap((layer) => names.map((name) => declareSet(app, name, layer)));
  const into = layers.map((layer) =>
    app.pipeline.declarePipeline({ name: `into-${layer}`, layers: [layer], durationObjectiveSeconds: 60 }),
  );
  const volumes = names.map((name) => app.pipeline.declareStatistic({ name, kind: 'volume' }));
  /** An hour, or the part of it that is over by `last`. */
  const hourOf = async (hour: number, last: number): Promise<void> => {
    const isIll = hour >= ills;
    await s.until(Math.max(s.now, hours(hour)));
    if (isIll) {
      host.is({ busy: 3.9, memory: 0.93, diskLeft: 0.08, fills: 2e8 });
      boxes.is(1, { memory: 960, limit: 1_000, throttled: 0.4 });
      if (hour === ills) boxes.kill(0);
    }
    for (const [i, dag] of dags.entries()) {
      if (hours(hour) + minutes(5 + i) > hours(last)) return;
      await host.wait(Math.max(0, hours(hour) + minutes(5 + i) - s.now));
      await runOf(dag, isIll ? i : -1, hour === ills);
    }
    for (const part of [0.45, 0.95]) {
      if (hour + part > last) return;
      await host.wait(Math.max(0, hours(hour + part) - s.now));
      const half = 2 * hour + Math.round(part);
      for (const [i, set] of sets.entries()) load(set, i, half, isIll, s.now);
      for (const [i, pipeline] of into.entries())
        await app.pipeline.pipelineRun(pipeline, async (run) => {
          await host.wait(isIll && i === 0 ? 75 : 12);
          run.records({ layer: layers[i]!, count: rowsOf(i, half) });
        });
      await also(isIll);
      for (const [i, volume] of volumes.entries()) volume.record(isIll && i === 0 ? 0 : rowsOf(i, half));
    }
  };
  let next = Math.ceil(s.now / 3_600);
  return async (last) => {
    while (next < last) await hourOf(next++, last);
    await host.wait(Math.max(0, hours(last) - s.now));
  };
}

const declareSet = ({ pipeline }: Process, name: string, layer: string): Dataset =>
  pipeline.declareDataset({
    name,
    layer,
    updateIntervalSeconds: minutes(30),
    freshnessObjectiveSeconds: hours(2),
    suites: ['daily'],
    checkIntervalSeconds: hours(1),
    volume: { min: 1_000 },
    values: { amount: { min: 0, max: 10_000 } },
  });

/** What of the DAGs goes wrong, by their places in the list. */
async function runOf(dag: PlayedDag, ill: number, isFirst: boolean): Promise<void> {
  if (ill === 1) {
    // One hangs from then on.
    if (isFirst) await dag.run({ ends: 'never' });
    return;
  }
  await dag.run({
    takes: seconds(20),
    ...(ill === 0 ? { ends: 'badly' as const } : {}),
    ...(ill === 2 ? { tries: 1 } : {}),
  });
}

const rowsOf = (i: number, half: number): number => 20_000 + 500 * ((half * (i + 3)) % 11);

/** A load of a data set, and its checks. In the incident the first gets nothing new, of the second much is missing, and the third is not what it should be. */
function load(set: Dataset, i: number, half: number, isIll: boolean, now: number): void {
  const rows = rowsOf(i, half);
  const ill = isIll ? i : -1;
  if (ill !== 0) {
    set.loaded({ rows });
    set.fresh(now - 60 - 20 * ((half + i) % 7));
  }
  set.complete({ expected: rows, found: ill === 1 ? rows * 0.8 : rows, gaps: ill === 1 ? 5 : 0 });
  set.values({ column: 'amount', min: 0.5, max: ill === 2 ? 12_000 : 812 + i });
  const failures = Array.from({ length: ill === 2 ? 8 : 0 }, (_, n) => ({
    expectation: `amount is in range (${n})`,
    column: 'amount',
  }));
  set.checked({ suite: 'daily', evaluated: 40, failures });
}
