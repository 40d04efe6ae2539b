import {
  type Dataset,
  dagRun,
  declareDag,
  declareDataset,
  declarePipeline,
  keepQualityChecks,
  pipelineRun,
} from '@sightglass/pipeline';
import type { Config } from './config.ts';
import type { Broken } from './faults.ts';
import { EXPECTED, measurementsAt } from './measurements.ts';
import type { Warehouse } from './warehouse.ts';

/** What is wrong with what the stations send, with the checks and with the way to gold: nothing, unless a fault says so. */
export interface Parts {
  readonly config: Config;
  readonly warehouse: Warehouse;
  readonly broken: Broken;
}

/** **How Sightglass is used in a pipeline**: a DAG that runs on a timer, three data sets that are checked by suites, records counted where they are written. */
export function startPipeline({ config, warehouse, broken }: Parts) {
  const { intervalSeconds, freshnessObjectiveSeconds } = config;
  const promised = { updateIntervalSeconds: intervalSeconds, freshnessObjectiveSeconds, owner: 'team-air' };
  keepQualityChecks({ pool: warehouse.pool });
  const bronze = declareDataset({
    ...promised,
    name: 'measurements',
    layer: 'bronze',
    suites: ['bronze_suite'],
    checkIntervalSeconds: intervalSeconds,
    volume: { min: EXPECTED / 2 },
    values: { value: { min: 0, max: 400 } },
  });
  const silver = declareDataset({
    ...promised,
    name: 'measurements',
    layer: 'silver',
    suites: ['silver_suite'],
    checkIntervalSeconds: intervalSeconds,
  });
  // How new gold is, a collector tells (collectors.ts): it is what people read, whoever writes it.
  const gold = declareDataset({
    ...promised,
    name: 'measurements',
    layer: 'gold',
    columns: {
      id: 'bigint',
      station: 'text',
      pollutant: 'text',
      value: 'double precision',
      measurement_timestamp: 'timestamp with time zone',
      run: 'timestamp with time zone',
    },
  });
  const dag = declareDag({
    id: 'air_quality',
    intervalSeconds,
    slaSeconds: intervalSeconds,
    tasks: {
      ingest: { timeoutSeconds: 10 },
      clean: { after: ['ingest'], timeoutSeconds: 10 },
      load: { after: ['clean'], timeoutSeconds: 10 },
    },
    overlap: 'skip',
    owner: 'team-air',
  });
  const pipeline = declarePipeline({
    name: 'air-quality',
    layers: ['bronze', 'silver', 'gold'],
    durationObjectiveSeconds: intervalSeconds,
    activeConsumers: () => 1,
    owner: 'team-air',
    // The DAG that it executes wakes somebody already.
    pages: false,
  });

  const run = () =>
    pipelineRun(pipeline, async ({ records }) => {
      const at = new Date();
      const measurements = broken.sent(measurementsAt(at));
      await dagRun(dag, {
        ingest: async () => {
          const count = await warehouse.ingest(measurements, at);
          records({ layer: 'bronze', count });
          bronze.loaded({ rows: count });
          bronze.complete({ expected: EXPECTED, found: count });
          if (count > 0) bronze.fresh(at);
          await checkBronze(bronze, warehouse, at, broken);
        },
        clean: async () => {
          const count = await warehouse.clean(at);
          records({ layer: 'silver', count });
          records({ layer: 'silver', status: 'failed', count: measurements.length - count });
          if (count > 0) silver.fresh(at);
          broken.check(silver, 'silver_suite', { evaluated: EXPECTED, failed: EXPECTED - count });
        },
        load: async () => {
          broken.refuse('failing-load');
          records({ layer: 'gold', count: await warehouse.load(at) });
          gold.schema(await warehouse.columns());
        },
      });
    }).catch(async () => {
      // It is counted and logged; a database that was replaced by an empty one has its tables again at the next run.
      await warehouse.prepare().catch(() => {});
    });
  let underWay: Promise<unknown> = run();
  const timer = setInterval(() => {
    underWay = run();
  }, intervalSeconds * 1_000);
  return {
    datasets: [bronze, silver, gold] as readonly Dataset[],
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}

/** Real checks: what the run left in bronze is looked at by the database. */
async function checkBronze(bronze: Dataset, warehouse: Warehouse, run: Date, broken: Broken): Promise<void> {
  const { rows, negative, high, min, max } = await warehouse.inspect(run);
  if (min !== null && max !== null) bronze.values({ column: 'value', min, max });
  broken.check(bronze, 'bronze_suite', {
    evaluated: rows,
    failed: negative,
    warned: high,
    failures:
      negative === 0
        ? []
        : [{ expectation: 'no concentration is below 0', column: 'value', observed: negative }],
  });
}
