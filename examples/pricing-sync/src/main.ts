import { once } from 'node:events';
import { healthCheck } from '@sightglass/core';
import { instrumentPg, observeHttpClient, observeHttpServer, observePool } from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { type SyncRun, syncRun, type Trigger } from '@sightglass/scheduler';
import { Cron } from 'croner';
import { readConfig } from './config.ts';
import { startControl } from './control.ts';
import { Faults } from './faults.ts';
import { openPlaces } from './places.ts';
import { openPool, PriceStore } from './price-store.ts';
import { declarePricingSync, type PricingSync, syncPrices } from './pricing-sync.ts';
import { createService } from './service.ts';

const config = readConfig(process.env);
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
const telemetry = await startTelemetry({
  serviceName: 'pricing-sync',
  serviceVersion: '1.0.0',
  port: config.metricsPort,
});
observeHttpServer();
observeHttpClient();

const places = await openPlaces(config);
const pool = openPool(places.databaseUrl);
instrumentPg(pool);
observePool(pool, { name: 'pricing' });
const store = new PriceStore(pool);
await store.prepare();

healthCheck('database', () => store.ping());

const sync = declarePricingSync(config, store);
const settings = { providersUrl: places.providersUrl, requestTimeoutSeconds: config.requestTimeoutSeconds };
const work = (run: SyncRun<PricingSync['sources'][number]>) => syncPrices(sync, run, store, settings);

// One wrapper for every run, whatever starts it; a stop cancels the one that is under way.
const run = syncRun(sync, work);
const stopping = new AbortController();
const start = (trigger: Trigger) => run({ trigger, signal: stopping.signal });
const { schedule, timezone } = sync;
const cron = new Cron(schedule, { timezone, catch: true }, () => start('scheduled'));

const { adminToken } = config;
const runNow = () => start('manual');
const service = createService({ sync, store, adminToken, runNow }).listen(config.port, '127.0.0.1');
await once(service, 'listening');

// For tests and demonstrations: what can be broken while it runs. Without a control port nothing can.
const faults = new Faults(pool, sync, cron);
const control =
  config.controlPort === undefined
    ? undefined
    : await startControl(config.controlPort, faults, places.providersUrl);

// A deployment just before a start would else leave prices that are old already for one interval more.
const lastSuccess = await store.lastSuccess();
const ageSeconds = (Date.now() - (lastSuccess?.getTime() ?? 0)) / 1000;
if (ageSeconds > sync.intervalSeconds) start('startup').catch(() => {});

await stopped;
cron.stop();
// Not disabled, which only a person says: whoever watches goes on waiting for the next process.
sync.stop();
stopping.abort(new Error('The process was asked to end'));
for (const server of [service, control]) {
  server?.close();
  server?.closeAllConnections();
}
await faults.repair();
await pool.end();
await places.close();
await telemetry.shutdown();
