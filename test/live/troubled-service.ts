import { createServer } from 'node:http';
import { startTelemetry } from '@sightglass/core/setup';
import {
  declareDataset,
  declareOffload,
  declarePipeline,
  pipelineRun,
  sqlCollector,
} from '@sightglass/pipeline';
import { declareJob, every } from '@sightglass/scheduler';
import { LAYER, SHARED, SOLE } from './troubled-names.ts';

/**
 * One of the services of `troubles.test.ts`, by its `ROLE`: `twin` has what another service has by the same names, `mortal` has what nobody else has and is killed, and the clock of `skewed` is
 * five minutes ahead until its fault is mended.
 */
const { ROLE, METRICS_PORT, CONTROL_PORT } = process.env;
const now = Date.now;
if (ROLE === 'skewed') Date.now = () => now() + 300_000;
await startTelemetry({ serviceName: String(ROLE), port: Number(METRICS_PORT), logLevel: 'silent' });

if (ROLE === 'twin') {
  every(declareJob({ name: SHARED, intervalSeconds: 2 }), () => {});
  declarePipeline({ name: SHARED });
  declareDataset({ name: SHARED, layer: 'gold', newest: () => new Date() });
  declareOffload({ layer: LAYER, tables: [SHARED], intervalSeconds: 2 });
  sqlCollector({
    name: SHARED,
    pool: { query: async () => [{ value: 1 }] },
    intervalSeconds: 1,
    queries: { one: { sql: 'select 1 as value', reads: () => {} } },
  });
}
if (ROLE === 'mortal') {
  const pipeline = declarePipeline({ name: SOLE, freshnessObjectiveSeconds: 3 });
  setInterval(() => void pipelineRun(pipeline, () => {}), 500);
  declareOffload({ layer: LAYER, tables: [SOLE], intervalSeconds: 2 });
}

createServer((request, response) => {
  if (request.method === 'DELETE') Date.now = now;
  response.end('{}');
}).listen(Number(CONTROL_PORT), '127.0.0.1');
