import { once } from 'node:events';
import { createServer } from 'node:http';
import { instrumentPg, observePool } from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { openDatabaseLink } from '@sightglass/example-analytics-server/database-link';
import { startPostgres } from '@sightglass/test-tools';
import { startCollectors } from './collectors.ts';
import { readConfig } from './config.ts';
import { startControl } from './control.ts';
import { Broken, Faults } from './faults.ts';
import { startPipeline } from './pipeline.ts';
import { openPool, Warehouse } from './warehouse.ts';

const config = readConfig(process.env);
const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
const telemetry = await startTelemetry({
  serviceName: 'air-quality',
  serviceVersion: '1.0.0',
  port: config.metricsPort,
});

const own = config.databaseUrl === undefined ? await startPostgres() : undefined;
const url = config.databaseUrl ?? own!.url;
// For tests and demonstrations: what can be broken while it runs. Without a control port nothing can.
const link = config.controlPort === undefined ? undefined : await openDatabaseLink(url);
const pool = openPool(link?.url ?? url, 6);
instrumentPg(pool);
observePool(pool, { name: 'warehouse' });
const warehouse = new Warehouse(pool);
await warehouse.prepare();

const broken = new Broken();
const pipeline = startPipeline({ config, warehouse, broken });
const gold = pipeline.datasets[2]!;
const { collector, health } = startCollectors(pool, gold, config);

const web = createServer(async (request, response) => {
  if (request.url === '/health') return health.handler(request, response);
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  if (request.url !== '/summary') return reply(404, { error: 'ask for /health or /summary' });
  // What the database says of itself is for the log, and not for whoever asks.
  return warehouse.summary().then(
    (summary) => reply(200, summary),
    () => reply(500, { error: 'the database did not answer' }),
  );
});
await once(web.listen(config.healthPort, '127.0.0.1'), 'listening');

const admin = openPool(url, 6);
const faults =
  link &&
  new Faults({
    broken,
    admin,
    link,
    gold,
    collector,
    freshnessObjectiveSeconds: config.freshnessObjectiveSeconds,
    databaseUrl: url,
    standbyUrl: config.standbyDatabaseUrl,
  });
const control = faults && (await startControl(config.controlPort!, faults));

await stopped;
for (const server of [web, control]) {
  server?.close();
  server?.closeAllConnections();
}
await faults?.repair();
await pipeline.stop();
await collector.stop();
await pool.end();
await admin.end();
await link?.close();
await own?.stop();
await telemetry.shutdown();
