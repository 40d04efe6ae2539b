import { createRequire } from 'node:module';

/** The parts of the OpenTelemetry SDK that are used, all of the version that `@opentelemetry/sdk-node` brings. */
export interface SdkModules {
  readonly node: typeof import('@opentelemetry/sdk-node');
  readonly metrics: typeof import('@opentelemetry/sdk-metrics');
  readonly resources: typeof import('@opentelemetry/resources');
  readonly prometheus: typeof import('@opentelemetry/exporter-prometheus');
  /** The OTLP metric exporter of a protocol; the class has this name in each of the three packages. */
  otlpMetrics(protocol: 'proto' | 'http' | 'grpc'): { readonly OTLPMetricExporter: new () => PushExporter };
}

type PushExporter = ConstructorParameters<
  typeof import('@opentelemetry/sdk-metrics').PeriodicExportingMetricReader
>[0]['exporter'];

/** `__filename` exists in the CommonJS build, `import.meta` in the other. */
const here = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);

/**
 * The SDK if `@opentelemetry/sdk-node` is installed, else undefined. What sdk-node depends on is taken from where sdk-node finds it:
 * the host installs one package, and no second version of a part can get in.
 */
export function loadSdk(require: NodeJS.Require = here): SdkModules | undefined {
  const entry = resolved(require, '@opentelemetry/sdk-node');
  if (entry === undefined) return undefined;
  const its = createRequire(entry);
  return {
    node: require('@opentelemetry/sdk-node'),
    metrics: its('@opentelemetry/sdk-metrics'),
    resources: its('@opentelemetry/resources'),
    prometheus: its('@opentelemetry/exporter-prometheus'),
    otlpMetrics: (protocol) => its(`@opentelemetry/exporter-metrics-otlp-${protocol}`),
  };
}

/** pino if it is installed, else undefined. */
export function loadPino(require: NodeJS.Require = here): typeof import('pino') | undefined {
  return resolved(require, 'pino') === undefined ? undefined : require('pino');
}

function resolved(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
