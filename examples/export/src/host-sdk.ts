/** The second way: the host owns its SDK, and its readers are given our producer. */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { sightglassProducer } from '@sightglass/core';
import { work } from './work.ts';

const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_PROMETHEUS_PORT, OTEL_METRIC_EXPORT_INTERVAL } =
  process.env;

// Recorded before the SDK exists, and exported in full all the same.
work();

const scraped = new PrometheusExporter({
  host: 'localhost',
  port: Number(OTEL_EXPORTER_PROMETHEUS_PORT ?? 9464),
  withoutScopeInfo: true,
  metricProducers: [sightglassProducer()],
});
const pushed = () =>
  new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: Number(OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
    metricProducers: [sightglassProducer()],
  });

new NodeSDK({
  serviceName: 'export-example',
  metricReaders: OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? [scraped] : [scraped, pushed()],
}).start();

setInterval(() => {}, 60_000);
