import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { counter, gauge, healthCheck } from '@sightglass/core';
import * as authors from '@sightglass/core/authors';
import * as metrics from '@sightglass/core/metrics';
import {
  declareEvents,
  observeCache,
  observeConnections,
  observeHttpClient,
  observeHttpServer,
  recordDatabaseOperation,
  setHttpRoute,
} from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import {
  dagRun,
  declareDag,
  declareDagScheduler,
  declareDataset,
  declareOffload,
  declarePipeline,
  declareStatistic,
  keepQualityChecks,
  pipelineRun,
  recordCycleComplete,
  recordDocuments,
  recordOffloadFailure,
  recordOffloadSuccess,
  sqlCollector,
  trackLag,
} from '@sightglass/pipeline';
import { declareSync, syncRun } from '@sightglass/scheduler';
import { declareQueue } from '@sightglass/worker';

/**
 * A service that uses the helpers of every package. It declares, says where it listens, and works when it is told to on its standard input;
 * it ends with SIGTERM.
 */
const telemetry = await startTelemetry({ serviceName: 'contract', port: 0, logLevel: 'silent' });
observeHttpClient();
observeHttpServer({ objectives: { errorRatio: 0.01, latencySeconds: 0.5 } });
const offload = declareOffload({
  layer: 'bronze',
  tables: ['trades', 'quotes'],
  intervalSeconds: 900,
  version: '1.0.0',
  owner: 'team-data',
  pages: false,
});
const pricing = declareSync({
  name: 'pricing-sync',
  intervalSeconds: 21_600,
  durationObjectiveSeconds: 60,
  owner: 'team-prices',
  pages: false,
  sources: ['one', 'two'],
  itemsObjective: 10,
});
const events = declareQueue({
  name: 'events',
  capacity: 100,
  concurrency: 2,
  owner: 'team-events',
  pages: false,
  depth: () => ({ ready: 3, deferred: 1, active: 1, waitingChildren: 0, dead: 0, oldestReady: new Date() }),
});
const measurements = declareDataset({
  name: 'measurements',
  layer: 'gold',
  freshnessObjectiveSeconds: 7_200,
  updateIntervalSeconds: 600,
  newest: () => new Date(),
  suites: ['gold_suite'],
  volume: { min: 1, max: 10 },
  values: { pm25: { min: 0, max: 500 } },
  completenessObjectiveRatio: 0.9,
  owner: 'team-air',
  pages: false,
});
const report = declareDag({
  id: 'report',
  intervalSeconds: 3_600,
  slaSeconds: 1,
  owner: 'team-data',
  pages: false,
  tasks: { extract: { durationObjectiveSeconds: 60 }, load: { after: ['extract'], retries: 1 } },
});
const scheduler = declareDagScheduler({ name: 'main' });
const stream = declarePipeline({
  name: 'stream',
  layers: ['silver'],
  durationObjectiveSeconds: 60,
  freshnessObjectiveSeconds: 3_600,
  owner: 'team-data',
  pages: false,
  activeConsumers: () => 2,
});
const volume = declareStatistic({
  name: 'trades',
  kind: 'volume',
  owner: 'team-data',
  history: [9, 10, 11, 10, 9, 11, 10],
});
console.log(telemetry.url);

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'work') continue;
  await moveRows();
  await syncPrices();
  await workOffEvents();
  await poll();
  checkData();
  await runDags();
  await judgeRuns();
  await answer();
  query();
  await startThread();
  limited();
  await meterOwn();
  console.log('worked');
}

/** A run among runs, and what another tool says of data. */
async function judgeRuns(): Promise<void> {
  volume.record(12);
  await recordDocuments({
    from: { definitionName: 'nightly', checks: [{ table: 'orders', outcome: 'pass' }, {}] },
  });
}

async function moveRows(): Promise<void> {
  await offload.cycle(async ({ table }) => {
    await table('trades', () => ({ rows: 1_000, watermark: new Date() }));
    await table('quotes', () => {
      throw new Error('no route');
    });
  });
  void offload.cycle(() => new Promise(() => {}));
  recordOffloadSuccess({ table: 'trades', layer: 'bronze', rows: 500, durationSeconds: 2 });
  recordOffloadFailure({ table: 'quotes', layer: 'bronze', errorType: 'timeout', durationSeconds: 2 });
  recordCycleComplete({ layer: 'bronze', durationSeconds: 4, successful: 1, failed: 1, rows: 500 });
  trackLag({ table: 'quotes', layer: 'bronze', watermark: () => new Date() });
  offload.retireTable('orders');
}

async function syncPrices(): Promise<void> {
  const run = syncRun(pricing, async ({ source }) => {
    await source('one', async ({ request, write }) => {
      await request(() => 'prices');
      await write(() => 'rows');
      return { items: 3 };
    });
    await source('two', () => {
      throw new DOMException('no answer', 'TimeoutError');
    });
    await source('two', ({ write }) =>
      write(() => {
        throw new Error('read-only');
      }),
    );
  });
  await run();
  pricing.retireSource('three');
  await syncRun(pricing, ({ synced }) => synced('two', 4))();
  void syncRun(pricing, () => new Promise(() => {}))();
}

/** A collector of a database that has an answer to one of two queries. */
async function poll(): Promise<void> {
  const query = (sql: string) => [{ value: Number(sql) }];
  const sets = gauge('rows_ratio', { help: 'A metric of the host itself.' });
  const queries = { good: { sql: '1', sets }, bad: { sql: 'x', sets } };
  await sqlCollector({ name: 'rows', pool: { query }, owner: 'team-data', pages: false, queries }).poll();
}

async function workOffEvents(): Promise<void> {
  events.enqueued(3);
  await events.batch([1, 2], (_, batch) => batch.failed(1, 'database_insert'));
  await events.process(() => 'done', { enqueuedAt: new Date(), attempt: 2 });
  events.deadLettered();
  events.redriven();
  void events.process(() => new Promise(() => {}));
}

function checkData(): void {
  keepQualityChecks({ pool: { query: async () => {} } });
  measurements.checked({ suite: 'gold_suite', evaluated: 4, failures: [{ expectation: 'not null' }] });
  measurements.complete({ expected: 10, found: 9, gaps: 1 });
  measurements.loaded({ rows: 5, lateRows: 1 });
  measurements.values({ column: 'pm25', min: 1, max: 501 });
  measurements.schema({ pm25: 'real' });
  measurements.schema({ pm25: 'text' });
  measurements.retireSuite('silver_suite');
}

/** A run that fails, one that succeeds, one that hangs in a task after another was bad. */
async function runDags(): Promise<void> {
  scheduler.beat();
  const fails = () => {
    throw new Error('locked');
  };
  const bad = () => dagRun(report, { extract: fails, load: () => {} }, { trigger: 'manual' });
  await bad().catch(() => {});
  await dagRun(report, { extract: () => {}, load: () => {} });
  await bad().catch(() => {});
  void dagRun(report, { extract: () => new Promise(() => {}), load: () => {} });
  await pipelineRun(stream, (run) => run.records({ layer: 'silver', count: 3 }));
  void pipelineRun(stream, () => new Promise(() => {}));
}

/** One request to an HTTP server of the host's own. */
async function answer(): Promise<void> {
  const server = createServer((request, response) => {
    setHttpRoute(request, '/admin');
    response.end('ok');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin`;
  await (await fetch(url)).text();
  server.close();
  server.closeAllConnections();
  // Nobody listens there any more.
  await fetch(url).catch(() => {});
}

/** A database and its connections. */
function query(): void {
  recordDatabaseOperation({
    system: 'postgresql',
    operation: 'SELECT',
    collection: 'prices',
    durationSeconds: 0.1,
  });
  recordDatabaseOperation({
    system: 'postgresql',
    operation: 'SELECT',
    durationSeconds: 0.1,
    error: new Error('no'),
  });
  observeCache('prices');
  declareEvents({ kinds: ['page_view'] }).received('page_view');
  observeConnections({ name: 'hot' }, () => ({ used: 1, idle: 1, max: 5, pending: 0 }));
}

/** A thread of the service, whose metrics it serves. */
async function startThread(): Promise<void> {
  const thread = new Worker(new URL('./service-thread.ts', import.meta.url), { execArgv: process.execArgv });
  await once(thread, 'message');
  thread.unref();
  while (!(await (await fetch(`${telemetry.url}/metrics`)).text()).includes('sightglass_processes ')) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A container with limits, which the machine of the test may not be. */
function limited(): void {
  const { processStore: store } = authors;
  for (const descriptor of [metrics.cgroupMemoryLimit, metrics.cgroupMemoryUsed, metrics.cgroupCpuLimit])
    store().gauge(descriptor).set(1);
  store().counter(metrics.cgroupCpuThrottled).add(1);
}

/** The host's own metrics, of which one overflows and one is not valid. */
async function meterOwn(): Promise<void> {
  healthCheck('cold_tier', () => true);
  gauge('queue_depth', { help: 'A metric of the host itself.' }).observe(() => 3, {});
  const orders = counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 1 });
  for (const customer of ['a', 'b']) orders.add(1, { customer });
  orders.add(Number.NaN, { customer: 'a' });
}
