import { createServer } from 'node:http';
import { startTelemetry } from '@sightglass/core/setup';
import { declareJob, every, type IntervalJobOptions } from '@sightglass/scheduler';

/** A service that runs jobs which always succeed, each by a timer: those of the JSON in `JOBS`. It has no faults to inject. */
const { JOBS = '[]', METRICS_PORT, CONTROL_PORT } = process.env;
await startTelemetry({ serviceName: 'shop', port: Number(METRICS_PORT), logLevel: 'silent' });
for (const job of JSON.parse(JOBS) as IntervalJobOptions[]) every(declareJob(job), () => {});
createServer((_, response) => response.end('{}')).listen(Number(CONTROL_PORT), '127.0.0.1');
