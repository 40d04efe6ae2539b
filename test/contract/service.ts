import { createInterface } from 'node:readline';
import { counter, gauge, healthCheck } from '@sightglass/core';
import { startTelemetry } from '@sightglass/core/setup';
import {
  declareOffload,
  recordCycleComplete,
  recordOffloadFailure,
  recordOffloadSuccess,
  trackLag,
} from '@sightglass/pipeline';

/**
 * A service that uses every public helper once. It declares, says where it listens, and works when it is told to on its standard input;
 * it ends with SIGTERM.
 */
const telemetry = await startTelemetry({ serviceName: 'contract', port: 0, logLevel: 'silent' });
const offload = declareOffload({
  layer: 'bronze',
  tables: ['trades', 'quotes'],
  intervalSeconds: 900,
  version: '1.0.0',
});
console.log(telemetry.url);

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'work') continue;
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
  healthCheck('cold_tier', () => true);
  gauge('queue_depth', { help: 'A metric of the host itself.' }).observe(() => 3, {});
  const orders = counter('orders_total', { help: 'Orders.', labels: ['customer'], maxSeries: 1 });
  for (const customer of ['a', 'b']) orders.add(1, { customer });
  orders.add(Number.NaN, { customer: 'a' });
  console.log('worked');
}
