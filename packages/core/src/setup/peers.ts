import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as api from '@opentelemetry/api';

/**
 * What is used of `@opentelemetry/sdk-node`. `import * as sdk from '@opentelemetry/sdk-node'` is one, in every version.
 * Named by what it does and not by its package, so that these types compile without it.
 */
export interface SdkModule {
  readonly NodeSDK: new (options: never) => { start(): void; shutdown(): Promise<void> };
}

/** pino, as `import pino from 'pino'` or `import * as pino from 'pino'` gives it. */
export type PinoModule = Pino | { readonly pino: Pino } | { readonly default: Pino };

interface Pino {
  (options: never, stream: never): PinoLogger;
  destination(options: never): unknown;
}
type PinoLogger = import('../logging/port.ts').Logger;

/** The parts of the OpenTelemetry SDK that are used, all of the version that `@opentelemetry/sdk-node` brings. */
export interface SdkParts extends SdkModule {
  /** The logs API: a package of its own until it became a part of `@opentelemetry/api` 1.10. */
  readonly logs: LogsApi | undefined;
  /** Throws when it can't be found. */
  metrics(): typeof import('@opentelemetry/sdk-metrics');
  /** The OTLP metric exporter of a protocol; the class has this name in each of the three packages. Throws when it can't be found. */
  otlpMetrics(protocol: 'proto' | 'http' | 'grpc'): { readonly OTLPMetricExporter: new () => PushExporter };
}

interface LogsApi {
  disable(): void;
  getLoggerProvider?(): unknown;
}

type PushExporter = ConstructorParameters<
  typeof import('@opentelemetry/sdk-metrics').PeriodicExportingMetricReader
>[0]['exporter'];

/**
 * Where packages are looked for: beside this file; where it was bundled into another, beside the program that runs, and in the folder that it was
 * started in. A bundler may leave no `import.meta.url`, or that of the machine that built.
 */
function places(): string[] {
  return [import.meta.url, process.argv[1], join(process.cwd(), 'package.json')].filter(
    (place) => typeof place === 'string' && place !== '',
  ) as string[];
}

/**
 * The SDK: the module that was handed in, else `@opentelemetry/sdk-node` if it can be found, else undefined. What sdk-node depends on is taken from
 * where sdk-node finds it: the host installs one package, and no second version of a part can get in. Throws when an installed package can't be loaded.
 */
export function loadSdk(given: SdkModule | undefined): SdkParts | undefined {
  const found = locate('@opentelemetry/sdk-node');
  if (given === undefined && found === undefined) return undefined;
  const its = found === undefined ? undefined : createRequire(found.entry);
  const part = (name: string) => {
    const elsewhere = its === undefined ? locate(name) : undefined;
    if (its !== undefined) return its(name);
    if (elsewhere === undefined) throw new Error(`${name} can not be found`);
    return elsewhere.load();
  };
  return {
    NodeSDK: (given ?? (found!.load() as SdkModule)).NodeSDK,
    logs: (api as { logs?: LogsApi }).logs ?? logsOf(part),
    metrics: () => part('@opentelemetry/sdk-metrics'),
    otlpMetrics: (protocol) => part(`@opentelemetry/exporter-metrics-otlp-${protocol}`),
  };
}

function logsOf(part: (name: string) => { readonly logs?: LogsApi }): LogsApi | undefined {
  try {
    return part('@opentelemetry/api-logs').logs;
  } catch {
    return undefined;
  }
}

/** pino: what was handed in, else what is installed and this Node can load, else undefined. */
export function loadPino(given: PinoModule | undefined): Pino | undefined {
  try {
    const module = given ?? (locate('pino')?.load() as PinoModule | undefined);
    if (module === undefined || typeof module === 'function') return module;
    return 'pino' in module ? module.pino : module.default;
  } catch {
    return undefined;
  }
}

function locate(name: string): { readonly entry: string; load(): unknown } | undefined {
  for (const place of places()) {
    try {
      const from = createRequire(place);
      const entry = from.resolve(name);
      return { entry, load: () => from(entry) };
    } catch {
      // Not from here.
    }
  }
  return undefined;
}
