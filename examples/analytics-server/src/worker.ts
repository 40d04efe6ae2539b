import { healthCheck } from '@sightglass/core';
import { instrumentPg, observePool } from '@sightglass/core/service';
import { startTelemetry } from '@sightglass/core/setup';
import { declareQueue } from '@sightglass/worker';
import { openBullSource } from './bull-queue.ts';
import { readConfig } from './config.ts';
import { EventStore, openPool } from './event-store.ts';
import { MemorySource } from './memory-queue.ts';
import { takeFaults } from './worker-faults.ts';
import { classify, QUEUE, writeEvents } from './write-events.ts';

/*
 * A worker process. It opens no port: what it measures is handed over to the process that has started it, and served there.
 */
const config = readConfig(process.env);
const telemetry = await startTelemetry({ serviceName: 'analytics-server', serviceVersion: '1.0.0' });

const pool = openPool(config.databaseUrl!, config.poolSize);
instrumentPg(pool);
observePool(pool, { name: 'workers' });
const store = new EventStore(pool);

const events = declareQueue({
  name: QUEUE,
  capacity: config.queueCapacity,
  shared: config.redisUrl !== undefined,
  maxWaitSeconds: config.maxWaitSeconds,
  durationObjectiveSeconds: config.batchDurationObjectiveSeconds,
  concurrency: 1,
  classify,
});
healthCheck('events-consumer', () => events.consumers > 0);

const source = config.redisUrl === undefined ? new MemorySource() : openBullSource(QUEUE, config.redisUrl);
const stopping = new AbortController();
// A service manager tells every process of a service; the one that has started this one tells it as well.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    stopping.abort();
    // A worker of a queue in Redis has no other sign that the API is gone than the end of its channel.
    void source.close();
  });
process.on('disconnect', () => process.emit('SIGTERM'));

if (config.controlPort !== undefined) takeFaults(stopping.signal);
process.send?.('ready');
await writeEvents(events, source, store, config, stopping.signal);
events.stop();
await source.close();
await pool.end();
await telemetry.shutdown();
// The channel to the API would keep it.
if (process.connected) process.disconnect();
