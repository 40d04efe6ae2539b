import { diag } from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { asError } from '../base/index.ts';
import { sightglassProducer } from '../otel/index.ts';
import type { Problems } from './options.ts';
import type { SdkParts } from './peers.ts';
import type { Exporter } from './settings.ts';

const PROTOCOLS = { 'http/protobuf': 'proto', 'http/json': 'http', grpc: 'grpc' } as const;
/** Defaults of the OpenTelemetry specification, in milliseconds. */
const INTERVAL_MS = 60_000;
const TIMEOUT_MS = 30_000;
/** Well below the 5 s of a flush. Our own observed gauges get half of it. */
const COLLECT_MS = 3_000;

/** One periodic reader for each exporter, with the SDK's metrics and ours. The exporters read the standard variables themselves. */
export function pushReaders(
  sdk: SdkParts,
  exporters: readonly Exporter[],
  problems: Problems,
): IMetricReader[] {
  if (exporters.length === 0) return [];
  const interval = milliseconds('OTEL_METRIC_EXPORT_INTERVAL', INTERVAL_MS);
  const timeout = milliseconds('OTEL_METRIC_EXPORT_TIMEOUT', TIMEOUT_MS);
  const readerFor = (name: Exporter) => {
    const { PeriodicExportingMetricReader, ConsoleMetricExporter } = sdk.metrics();
    const reader = new PeriodicExportingMetricReader({
      exporter: name === 'otlp' ? otlpExporter(sdk) : new ConsoleMetricExporter(),
      exportIntervalMillis: interval,
      exportTimeoutMillis: Math.min(timeout, interval),
      metricProducers: [sightglassProducer()],
    });
    limitCollection(reader);
    return reader;
  };
  return exporters.flatMap((name) => {
    try {
      return [readerFor(name)];
    } catch (error) {
      problems.push(
        `Metrics are not pushed (${name}): ${asError(error).message}. In a bundle, make the readers yourself: startTelemetry({ metricReaders: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), metricProducers: [sightglassProducer()] })] }).`,
      );
      return [];
    }
  });
}

/** Gives the callbacks of observable instruments less than the whole time of an export: one that never returns would leave none to flush in when the process ends. */
function limitCollection(reader: IMetricReader): void {
  const collect = reader.collect.bind(reader);
  reader.collect = (options) =>
    collect({ ...options, timeoutMillis: Math.min(options?.timeoutMillis ?? COLLECT_MS, COLLECT_MS) });
}

function otlpExporter(sdk: SdkParts) {
  const { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL, OTEL_EXPORTER_OTLP_PROTOCOL } = process.env;
  const asked =
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL?.trim() || OTEL_EXPORTER_OTLP_PROTOCOL?.trim() || 'http/protobuf';
  const known = Object.hasOwn(PROTOCOLS, asked);
  if (!known)
    diag.warn(
      `The OTLP protocol "${asked}" is not one of ${Object.keys(PROTOCOLS).join(', ')}; http/protobuf is used.`,
    );
  const { OTLPMetricExporter } = sdk.otlpMetrics(
    known ? PROTOCOLS[asked as keyof typeof PROTOCOLS] : 'proto',
  );
  return new OTLPMetricExporter();
}

/** What the environment says; it has been checked. */
function milliseconds(variable: string, otherwise: number): number {
  return Number(process.env[variable]?.trim() || otherwise);
}
