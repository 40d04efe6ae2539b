import { once } from 'node:events';
import { createServer } from 'node:http';
import { healthCheck } from '@sightglass/core';
import {
  instrumentPg,
  observeCache,
  observeHttpClient,
  observeHttpServer,
  observePool,
  setHttpRoute,
} from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { declareJob, every } from '@sightglass/scheduler';
import { declareQueue } from '@sightglass/worker';
import { Pool } from 'pg';

/**
 * The least that has everything which an API with a worker is watched by: `POST /events` puts one into a queue, and it is worked off into the database.
 * `errors` is its only fault: every request fails.
 */
const { METRICS_PORT, CONTROL_PORT, DATABASE_URL } = process.env;
await startTelemetry({ serviceName: 'analytics-server', port: Number(METRICS_PORT), logLevel: 'silent' });
observeHttpServer();
observeHttpClient();
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
pool.on('error', () => {});
pool.on('connect', (client) => client.on('error', () => {}));
instrumentPg(pool);
observePool(pool, { name: 'api' });
await pool.query('CREATE TABLE IF NOT EXISTS events (id text)');
healthCheck('database', () => pool.query('SELECT 1'));

const cache = observeCache('tool-stats');
const events = declareQueue({
  name: 'events',
  capacity: 10_000,
  maxWaitSeconds: 60,
  depth: () => ({ ready: 3, oldestReady: new Date() }),
});
every(declareJob({ name: 'tool-summary', intervalSeconds: 1 }), () =>
  pool.query('SELECT count(*) FROM events'),
);

const faults = new Set<string>();
const server = createServer(async (request, response) => {
  const [, root, name = ''] = new URL(request.url!, 'http://localhost').pathname.split('/');
  if (root === 'events') {
    setHttpRoute(request, '/events');
    if (faults.has('errors')) return response.writeHead(500).end();
    events.enqueued();
    try {
      await events.batch([name], () => pool.query('INSERT INTO events VALUES ($1)', [name]));
      await cache.get(() => (Math.random() < 0.5 ? name : undefined));
      return response.writeHead(202).end();
    } catch {
      return response.writeHead(503).end();
    }
  }
  setHttpRoute(request, '/faults');
  if (request.method === 'POST') faults.add(name);
  if (request.method === 'DELETE') faults.clear();
  return response.end('{}');
});
server.listen(Number(CONTROL_PORT), '127.0.0.1');
await once(server, 'listening');
// Whom it depends on: itself, as seen by a client.
every(declareJob({ name: 'self-check', intervalSeconds: 1 }), () =>
  fetch(`http://127.0.0.1:${CONTROL_PORT}/faults`).then((answer) => answer.text()),
);
