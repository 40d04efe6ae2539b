import { healthCheck } from '@sightglass/core';
import { startTelemetry } from '@sightglass/core/setup';
import { declareOffload, trackLag } from '@sightglass/pipeline';
import { ColdTier } from './cold-tier.ts';
import { readConfig } from './config.ts';
import { startControl } from './control.ts';
import { Faults, FaultyHotStore } from './faults.ts';
import { HotStore, openPool } from './hot-store.ts';
import { offloadTable } from './offload.ts';
import { openPlaces } from './places.ts';
import { produce } from './producer.ts';
import { everyInterval } from './schedule.ts';
import { listenForStop } from './stop-signals.ts';
import { TABLE_NAMES } from './tables.ts';

const LAYER = 'bronze';
const VERSION = '1.0.0';

const config = readConfig(process.env);
const { stopping, cancelling } = listenForStop();
const telemetry = await startTelemetry({
  serviceName: 'iceberg-scheduler',
  serviceVersion: VERSION,
  port: config.metricsPort,
  // What a container calls the machine that it runs on: examples/stack asks for it by that name.
  allowedHosts: ['host.docker.internal'],
});

const places = await openPlaces(config);
const pool = openPool(places.databaseUrl);
// For tests and demonstrations: what can be broken while it runs. Without a control port nothing can.
const faults = new Faults(pool);
const hot = config.controlPort === undefined ? new HotStore(pool) : new FaultyHotStore(pool, faults);
const cold = new ColdTier(places.coldTierDir, LAYER);
await hot.prepare();

healthCheck('database', () => hot.ping());

const offload = declareOffload({
  layer: LAYER,
  version: VERSION,
  tables: TABLE_NAMES,
  intervalSeconds: config.intervalSeconds,
  lagObjectiveSeconds: config.lagObjectiveSeconds,
  cycleDurationObjectiveSeconds: config.cycleDurationObjectiveSeconds,
  throughputObjectiveRowsPerSecond: config.throughputObjectiveRowsPerSecond,
  tableTimeoutSeconds: config.tableTimeoutSeconds,
  watermarks: await hot.watermarks(),
});
// Not disabled, which only a person says: whoever watches goes on waiting for the next process.
stopping.addEventListener('abort', () => offload.stop(), { once: true });
for (const table of offload.tables) trackLag({ table, watermark: () => hot.watermark(table) });

const control = config.controlPort === undefined ? undefined : await startControl(config.controlPort, faults);

const producing = produce(pool, config.produceRowsPerSecond, stopping);
await everyInterval(config.intervalSeconds, stopping, async () => {
  await offload.cycle(async (cycle) => {
    for (const table of offload.tables) {
      if (stopping.aborted) break;
      await cycle.table(table, (limit) =>
        offloadTable(hot, cold, table, AbortSignal.any([limit, cancelling])),
      );
    }
  });
});

await producing;
control?.close();
control?.closeAllConnections();
await faults.repair();
await pool.end();
await places.close();
await telemetry.shutdown();
