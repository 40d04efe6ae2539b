/*
 * What core promises of OpenTelemetry, held against the SDK that is installed beside it. A plain script of `node:test`,
 * because it also runs on Node versions that the workspace's test runner does not support.
 */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiagLogLevel, diag, metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { attachMeterProvider, counter, gauge, histogram, sightglassProducer } from '@sightglass/core';
import { startTelemetry } from '@sightglass/core/setup';
import { readExposition, resetMetrics } from '@sightglass/core/testing';

// A service is alive while it flushes; no timer of ours keeps a process that has nothing else to do.
const alive = setInterval(() => {}, 1_000);
after(() => clearInterval(alive));

const rows = counter('compat_rows_total', { help: 'Rows.', labels: ['table'] });
const level = gauge('compat_level_ratio', { help: 'Level.' });
const took = histogram('compat_duration_seconds', { help: 'Took.', buckets: [1, 5] });

const warnings = [];
beforeEach(() => {
  warnings.length = 0;
  const keep = (...message) => void warnings.push(message.join(' '));
  diag.setLogger(
    { error: keep, warn: keep, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});
afterEach(() => {
  attachMeterProvider()();
  metrics.disable();
  diag.disable();
  resetMetrics();
  rows.removeAll({});
});

/** A provider with a pull reader; `read` gives the points of each of our metrics by name. */
function sdk(options = {}) {
  const exporter = new PrometheusExporter({ preventServerStart: true, ...options });
  const provider = new MeterProvider({ readers: [exporter] });
  return { provider, read: async () => pointsOf(await exporter.collect()) };
}

function pointsOf({ resourceMetrics, errors }) {
  const points = {};
  for (const { metrics } of resourceMetrics.scopeMetrics)
    for (const { descriptor, dataPoints } of metrics)
      points[descriptor.name] = [...(points[descriptor.name] ?? []), ...dataPoints];
  return { points, errors };
}

const valuesOf = (points) => points?.map(({ attributes, value }) => [attributes, value]);

async function until(condition) {
  for (let left = 100; left > 0 && !(await condition()); left--) await sleep(50);
  assert.ok(await condition());
}

test('early recordings reach a reader that is made later, by the producer', async () => {
  rows.add(3, { table: 'a' });
  took.record(0.5);
  const { provider, read } = sdk({ metricProducers: [sightglassProducer()] });
  const { points, errors } = await read();
  assert.deepEqual(errors, []);
  assert.deepEqual(valuesOf(points.compat_rows_total), [[{ table: 'a' }, 3]]);
  assert.deepEqual(points.compat_duration_seconds[0].value.buckets, {
    boundaries: [1, 5],
    counts: [1, 0, 0],
  });
  await provider.shutdown();
});

test('a push reader exports the producer beside the metrics of the SDK', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 60_000,
    exportTimeoutMillis: 1_000,
    metricProducers: [sightglassProducer()],
  });
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('host').createCounter('host_total').add(1);
  rows.add(1, { table: 'a' });
  const hangs = level.observe(() => new Promise(() => {}), {});
  await provider.forceFlush();
  hangs();
  const [exported] = exporter.getMetrics();
  assert.deepEqual(
    exported.scopeMetrics.map(({ scope }) => scope.name),
    ['host', '@sightglass'],
  );
  const names = exported.scopeMetrics[1].metrics.map(({ descriptor }) => descriptor.name);
  assert.ok(names.includes('compat_rows_total'));
  assert.ok(!names.includes('compat_level_ratio'), 'a reading that hangs is left out');
  await provider.shutdown();
});

test('a failing reading costs its own metric and is among the errors', async () => {
  rows.add(1, { table: 'a' });
  const stop = level.observe(() => Promise.reject(new Error('no database')), {});
  const { provider, read } = sdk({ metricProducers: [sightglassProducer()] });
  const { points, errors } = await read();
  stop();
  assert.deepEqual(errors.map(String), ['Error: The reading of compat_level_ratio failed: no database']);
  assert.deepEqual(valuesOf(points.compat_rows_total), [[{ table: 'a' }, 1]]);
  assert.equal(points.compat_level_ratio, undefined);
  await provider.shutdown();
});

test('an attached provider has counters and gauges in full, and histograms in our buckets', async () => {
  rows.add(3, { table: 'a' });
  const { provider, read } = sdk();
  const detach = attachMeterProvider(provider);
  assert.equal(attachMeterProvider(provider), detach);
  const stop = level.observe(async () => 0.5, {});
  took.record(3);
  const { points, errors } = await read();
  stop();
  assert.deepEqual(errors, []);
  assert.deepEqual(valuesOf(points.compat_rows_total), [[{ table: 'a' }, 3]]);
  assert.deepEqual(valuesOf(points.compat_level_ratio), [[{}, 0.5]]);
  assert.deepEqual(points.compat_duration_seconds[0].value.buckets, {
    boundaries: [1, 5],
    counts: [0, 1, 0],
  });
  detach();
  await provider.shutdown();
});

test('a provider that has our producer already is refused', async () => {
  rows.add(3, { table: 'a' });
  const { provider, read } = sdk({ metricProducers: [sightglassProducer()] });
  attachMeterProvider(provider);
  assert.match(warnings.join('\n'), /refused/);
  assert.equal((await read()).points.compat_rows_total.length, 1);
  await provider.shutdown();
});

test('attaching before a NodeSDK is started loses no counter', async () => {
  attachMeterProvider();
  assert.match(warnings.join('\n'), /no global MeterProvider is registered yet/);
  rows.add(3, { table: 'early' });
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const node = new NodeSDK({ autoDetectResources: false, metricReaders: [exporter], spanProcessors: [] });
  node.start();
  await until(async () => pointsOf(await exporter.collect()).points.compat_rows_total !== undefined);
  const { points } = pointsOf(await exporter.collect());
  assert.deepEqual(valuesOf(points.compat_rows_total), [[{ table: 'early' }, 3]]);
  await node.shutdown();
});

test('startTelemetry and attachMeterProvider together show each series once', async () => {
  const telemetry = await startTelemetry({ port: 0, logLevel: 'silent' });
  attachMeterProvider();
  rows.add(3, { table: 'a' });
  const text = await (await fetch(`${telemetry.url}/metrics`)).text();
  await telemetry.shutdown();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const series = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  assert.deepEqual(
    series.filter((one, i) => series.indexOf(one) !== i),
    [],
  );
  assert.equal(series.filter((one) => one.startsWith('compat_rows_total')).length, 1);
});

test('the text of the process holds what was recorded', async () => {
  rows.add(1, { table: 'text' });
  assert.match(await readExposition(), /^compat_rows_total\{table="text"\} 1$/m);
});
