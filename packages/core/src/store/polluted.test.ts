import { expect, test } from 'vitest';
import { runApp } from '../setup/run-app.support.ts';

/** The options of declarations, stores, expositions, observations and checks. */
const NAMES =
  'unit buckets labels maxSeries convention values clock enabled ofProcess store sdk collectTimeoutMs scopeLabels resourceAttributes onError affects timeoutSeconds cacheSeconds';

// Node's own loader of TypeScript can't be loaded after; built packages need none. What is compiled already would not load it.
const APP = `
process.getBuiltinModule('node:module').stripTypeScriptTypes('let a: 1');
for (const name of '${NAMES}'.split(' ')) Object.prototype[name] = 7;
const { counter, gauge, healthCheck, histogram, info, sightglassProducer } = await import('@sightglass/core');
const { metricsHandler } = await import('@sightglass/core/endpoint');
const { readExposition } = await import('@sightglass/core/testing');
await import('@sightglass/core/metrics');
counter('rows_total', { help: 'Rows.', labels: ['table'] }).add(1, { table: 'a' });
const depth = gauge('depth', { help: 'Depth.', labels: { queue: ['a', 'b'] } });
depth.set(2, { queue: 'a' });
depth.observe(() => 3, { queue: 'b' });
histogram('took_seconds', { help: 'Took.', buckets: [1] }).record(4);
info('app_info', { help: 'App.', labels: ['version'] }).set({ version: '5' });
healthCheck('database', () => true);
metricsHandler();
const text = await readExposition();
const { errors, resourceMetrics } = await sightglassProducer().collect();
console.log(text, 'errors', errors.length, 'metrics', resourceMetrics.scopeMetrics[0].metrics.length > 4, 'end');
`;

test('B24: the library loads and measures, whatever somebody has put on Object.prototype', async () => {
  const app = runApp(APP);
  await app.says('end');
  expect((await app.ended).code).toBe(0);
  for (const line of [
    'rows_total{table="a"} 1',
    'depth{queue="a"} 2',
    'depth{queue="b"} 3',
    'took_seconds_sum 4',
    'app_info{version="5"} 1',
    'health_check_status{check="database",affects="readiness"} 1',
    'errors 0 metrics true',
  ])
    expect(app.output()).toContain(line);
});
