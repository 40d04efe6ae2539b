import { createRequire } from 'node:module';
import * as api from '@opentelemetry/api';

/** The parts of the OpenTelemetry SDK that are used, all of the version that `@opentelemetry/sdk-node` brings. */
export interface SdkModules {
  readonly node: typeof import('@opentelemetry/sdk-node');
  readonly metrics: typeof import('@opentelemetry/sdk-metrics');
  readonly resources: typeof import('@opentelemetry/resources');
  readonly prometheus: typeof import('@opentelemetry/exporter-prometheus');
  /** The logs API: a package of its own until it became a part of `@opentelemetry/api` 1.10. */
  readonly logs: LogsApi | undefined;
  /** The OTLP metric exporter of a protocol; the class has this name in each of the three packages. */
  otlpMetrics(protocol: 'proto' | 'http' | 'grpc'): { readonly OTLPMetricExporter: new () => PushExporter };
}

interface LogsApi {
  disable(): void;
  getLoggerProvider?(): unknown;
}

type PushExporter = ConstructorParameters<
  typeof import('@opentelemetry/sdk-metrics').PeriodicExportingMetricReader
>[0]['exporter'];

/** `__filename` exists in the CommonJS build, `import.meta` in the other. */
const ours = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);

/**
 * The SDK if `@opentelemetry/sdk-node` is installed, else undefined. What sdk-node depends on is taken from where sdk-node finds it:
 * the host installs one package, and no second version of a part can get in. Throws when an installed package can't be loaded.
 */
export function loadSdk(): SdkModules | undefined {
  const entry = resolved(ours, '@opentelemetry/sdk-node');
  if (entry === undefined) return undefined;
  const its = createRequire(entry);
  return {
    node: ours(entry),
    metrics: its('@opentelemetry/sdk-metrics'),
    resources: its('@opentelemetry/resources'),
    prometheus: its('@opentelemetry/exporter-prometheus'),
    logs: (api as { logs?: LogsApi }).logs ?? installed(its, '@opentelemetry/api-logs')?.logs,
    otlpMetrics: (protocol) => its(`@opentelemetry/exporter-metrics-otlp-${protocol}`),
  };
}

/** pino if it is installed and this Node can load it, else undefined. */
export function loadPino(): typeof import('pino') | undefined {
  try {
    return installed(ours, 'pino');
  } catch {
    return undefined;
  }
}

function installed(from: NodeJS.Require, name: string) {
  const entry = resolved(from, name);
  return entry === undefined ? undefined : from(entry);
}

function resolved(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
