import { once } from 'node:events';
import { createServer } from 'node:http';
import { observeHttpServer, setHttpRoute } from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { declareQueue } from '@sightglass/worker';

/** The least that is an API with a worker: `POST /events` puts one into a queue, and it is worked off. `errors` is its only fault: every request fails. */
const { METRICS_PORT, CONTROL_PORT } = process.env;
await startTelemetry({ serviceName: 'analytics-server', port: Number(METRICS_PORT), logLevel: 'silent' });
observeHttpServer();
const events = declareQueue({ name: 'events', capacity: 10_000, maxWaitSeconds: 60 });
const faults = new Set<string>();

const server = createServer(async (request, response) => {
  const [, root, name = ''] = new URL(request.url!, 'http://localhost').pathname.split('/');
  if (root === 'events') {
    setHttpRoute(request, '/events');
    if (faults.has('errors')) return response.writeHead(500).end();
    events.enqueued();
    await events.batch([name], () => {});
    return response.writeHead(202).end();
  }
  setHttpRoute(request, '/faults');
  if (request.method === 'POST') faults.add(name);
  if (request.method === 'DELETE') faults.clear();
  return response.end('{}');
});
server.listen(Number(CONTROL_PORT), '127.0.0.1');
await once(server, 'listening');
