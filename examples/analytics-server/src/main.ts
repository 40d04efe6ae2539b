import { once } from 'node:events';
import { healthCheck } from '@sightglass/core';
import {
  declareEvents,
  instrumentPg,
  observeHttpClient,
  observeHttpServer,
  observePool,
} from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { declareJob, every } from '@sightglass/scheduler';
import { declareQueue } from '@sightglass/worker';
import { createApi } from './api.ts';
import { openBullQueue } from './bull-queue.ts';
import { Versions } from './catalogue.ts';
import { readConfig } from './config.ts';
import { startControl } from './control.ts';
import { openDatabaseLink } from './database-link.ts';
import { EventStore, openPool } from './event-store.ts';
import { TOOLS } from './events.ts';
import { Faults } from './faults.ts';
import { MemoryQueue } from './memory-queue.ts';
import { openPlaces } from './places.ts';
import { startWorkers } from './workers.ts';
import { classify, QUEUE } from './write-events.ts';

const config = readConfig(process.env);
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
// Before the workers are started, so that they hand over what they measure and this process serves it with its own.
const telemetry = await startTelemetry({
  serviceName: 'analytics-server',
  serviceVersion: '1.0.0',
  port: config.metricsPort ?? false,
});
observeHttpServer({ objectives: { latencySeconds: config.latencyObjectiveSeconds } });
observeHttpClient();

const places = await openPlaces(config);
// For tests and demonstrations: what can be broken while it runs. Without a control port nothing can.
const link = config.controlPort === undefined ? undefined : await openDatabaseLink(places.databaseUrl);
const databaseUrl = link?.url ?? places.databaseUrl;

const pool = openPool(databaseUrl, config.poolSize);
instrumentPg(pool);
observePool(pool, { name: 'api' });
const store = new EventStore(pool);
await store.prepare();
healthCheck('database', () => store.ping(), { timeoutSeconds: config.healthTimeoutSeconds });

const queue =
  config.redisUrl === undefined
    ? new MemoryQueue(config.queueCapacity)
    : openBullQueue(QUEUE, config.redisUrl, config.queueCapacity);
const events = declareQueue({
  name: QUEUE,
  capacity: config.queueCapacity,
  shared: config.redisUrl !== undefined,
  maxWaitSeconds: config.maxWaitSeconds,
  durationObjectiveSeconds: config.batchDurationObjectiveSeconds,
  classify,
  // The workers do.
  consumes: false,
  depth: queue.depth,
});

// How fresh the answers are: they come from the summary, and this job makes it.
const summary = declareJob({
  name: 'tool-summary',
  intervalSeconds: config.summaryIntervalSeconds,
  durationObjectiveSeconds: config.summaryIntervalSeconds,
  freshnessObjectiveSeconds: config.freshnessObjectiveSeconds,
  // One that hangs must not take a connection more at each start.
  overlap: 'skip',
});
const summaries = every(summary, () => store.summarise());

// Another service, without which the answers say less: that it is down is told of, and takes nobody's requests away.
const versions = new Versions(places.catalogueUrl);
const catalogue = declareJob({
  name: 'tool-versions',
  intervalSeconds: config.summaryIntervalSeconds,
  freshnessObjectiveSeconds: config.freshnessObjectiveSeconds,
  overlap: 'skip',
});
const lookUps = every(catalogue, () => versions.fetch());
healthCheck('catalogue', () => versions.check(), { affects: 'report' });

const workers = startWorkers({ DATABASE_URL: databaseUrl }, (worker) => queue.serve(worker));
await workers.scale(config.workers);

const parts = {
  queue,
  events,
  uses: declareEvents({ kinds: TOOLS }),
  store,
  versions,
  cacheSeconds: config.cacheSeconds,
  telemetry: telemetry.handler,
};
const api = createApi(parts).listen(config.port, config.host);
await once(api, 'listening');

const admin = openPool(places.databaseUrl, 5);
const faults =
  link &&
  new Faults({
    admin,
    pool,
    link,
    workers,
    workerCount: config.workers,
    events,
    catalogue: places.catalogue,
  });
const control = faults && (await startControl(config.controlPort!, faults));

await stopped;
for (const server of [api, control]) {
  server?.close();
  server?.closeAllConnections();
}
summaries.stop();
lookUps.stop();
await faults?.repair();
// They write what they have; what is in the memory of this process then is lost, in Redis it waits.
await workers.scale(0);
await queue.close();
await pool.end();
await admin.end();
await link?.close();
await places.close();
await telemetry.shutdown();
