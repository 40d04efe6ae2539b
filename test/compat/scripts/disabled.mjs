/* OTEL_SDK_DISABLED=true: every helper is a no-op, whichever way to export is tried. */
import assert from 'node:assert/strict';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { attachMeterProvider, counter, sightglassProducer } from '@sightglass/core';
import { readExposition, readMetric } from '@sightglass/core/testing';

assert.equal(process.env.OTEL_SDK_DISABLED, 'true');
const rows = counter('compat_rows_total', { help: 'Rows.', labels: ['table'] });
const bound = rows.bind({ table: 'a' });
bound.add(1);
rows.add(1, { table: 'a' });
const exporter = new PrometheusExporter({
  preventServerStart: true,
  metricProducers: [sightglassProducer()],
});
const provider = new MeterProvider({ readers: [exporter] });
attachMeterProvider(provider);
attachMeterProvider();
const { resourceMetrics, errors } = await exporter.collect();
assert.deepEqual({ scopeMetrics: resourceMetrics.scopeMetrics, errors }, { scopeMetrics: [], errors: [] });
assert.equal(readMetric(rows, { table: 'a' }), undefined);
assert.doesNotMatch(await readExposition(), /^compat_rows_total/m);
await provider.shutdown();
console.log('silent');
