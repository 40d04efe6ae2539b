import type { Attributes } from '@opentelemetry/api';
import { unknownNames } from '../base/index.ts';
import { endpointProblems } from '../endpoint/endpoint.ts';
import { type EndpointAuth, OptionsError } from '../endpoint/index.ts';
import { readOptions } from '../endpoint/options-error.ts';
import { isLogger, type Logger } from '../logging/port.ts';
import type { PinoModule, SdkModule } from './peers.ts';

/** Environment variables; an empty one counts as unset, as the OpenTelemetry specification says. */
export type Environment = { readonly [name: string]: string | undefined };

/** What went wrong without stopping the host, in sentences that say what to do. */
export type Problems = string[];

/** How telemetry is set up. Every option may be left out; an option wins over its environment variable, which wins over the default. */
export interface TelemetryOptions {
  /** Default `OTEL_SERVICE_NAME`, then `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, then `unknown_service:node`. */
  readonly serviceName?: string;
  /** Exported as `service.version`. Default: what `OTEL_RESOURCE_ATTRIBUTES` says, if anything. */
  readonly serviceVersion?: string;
  /** Further facts about this process, over those of `OTEL_RESOURCE_ATTRIBUTES`. Public: they appear in `target_info`. */
  readonly resourceAttributes?: Attributes;
  /** The address or name that the endpoint binds. Default `OTEL_EXPORTER_PROMETHEUS_HOST`, then `localhost`. */
  readonly host?: string;
  /**
   * The endpoint's port; 0 takes a free one; `false` opens none, for a host that mounts `telemetry.handler` in its own server or only pushes.
   * Default `OTEL_EXPORTER_PROMETHEUS_PORT`, then 9464.
   */
  readonly port?: number | false;
  /** Asked for by the endpoint on everything but `/livez` and `/readyz`. Default: none. */
  readonly auth?: EndpointAuth;
  /**
   * Names under which the endpoint may be asked for, as the `Host` header gives them, without port. Addresses, `localhost` and `host` itself always may.
   * Default: on loopback no others, since a web page can give 127.0.0.1 a name of its own and read what is there; elsewhere any.
   */
  readonly allowedHosts?: readonly string[];
  /** Views of the SDK's own metrics (`ViewOptions` of `@opentelemetry/sdk-metrics`). Default: none. */
  readonly views?: readonly object[];
  /** OpenTelemetry instrumentations to register, or lists of them. Default: none. */
  readonly instrumentations?: readonly object[];
  /**
   * Readers that push, in the place of those that `OTEL_METRICS_EXPORTER` and `OTEL_EXPORTER_OTLP_*` ask for. Each is given our metrics by its maker:
   * `new PeriodicExportingMetricReader({ exporter, metricProducers: [sightglassProducer()] })`. Default: those that the environment asks for.
   */
  readonly metricReaders?: readonly object[];
  /**
   * The module `@opentelemetry/sdk-node`, where it can't be looked up at run time (one bundled file, Next.js standalone): `import * as sdk from
   * '@opentelemetry/sdk-node'`, then `startTelemetry({ sdk })`. Default: the one that is installed beside this package or the program, if any.
   */
  readonly sdk?: SdkModule;
  /** pino, where it can't be looked up at run time: `import pino from 'pino'`, then `startTelemetry({ pino })`. Default: as for `sdk`. */
  readonly pino?: PinoModule;
  /** Whether the process and its runtime are measured, as `observeProcess` of `@sightglass/core/service` does. Default true. */
  readonly processMetrics?: boolean;
  /**
   * Whether this process serves the metrics of the processes and threads that it starts, and hands its own over to the one that has started it, where that one does. `handOverSeconds` is
   * how often they hand over, and so how much of what they measure is lost when one is killed; default 1. `socket` is a path where processes meet that nobody of yours starts, as those of pm2:
   * who comes first serves, the others hand over, and one of them takes its place when it has ended. `false`: each process by itself. Default: it does. See docs/processes.md.
   */
  readonly processes?: false | { readonly handOverSeconds?: number; readonly socket?: string };
  /** Where log lines go. Default: the logger given to `setLogger`, else pino, else JSON lines on stderr. */
  readonly logger?: Logger;
  /** The level from which the default logger writes. Default `info`. */
  readonly logLevel?: LogLevel;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

type Check = (value: unknown) => string | undefined;

const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'must be a non-empty string';
const list: Check = (value) => (Array.isArray(value) ? undefined : 'must be an array');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const checkedByEndpoint: Check = () => undefined;

const CHECKS: { readonly [K in keyof Required<TelemetryOptions>]: Check } = {
  serviceName: text,
  serviceVersion: text,
  resourceAttributes: (value) => (isObject(value) ? undefined : 'must be an object of attributes'),
  host: checkedByEndpoint,
  port: checkedByEndpoint,
  auth: checkedByEndpoint,
  allowedHosts: checkedByEndpoint,
  views: list,
  instrumentations: list,
  metricReaders: list,
  sdk: (value) =>
    typeof (value as Partial<SdkModule>)?.NodeSDK === 'function'
      ? undefined
      : 'must be the module @opentelemetry/sdk-node, which has NodeSDK',
  pino: (value) => (isPino(value) ? undefined : 'must be the module pino'),
  processMetrics: flag,
  processes: (value) =>
    value === false || (isObject(value) && isServing(value))
      ? undefined
      : 'must be false, or { handOverSeconds, socket } with a number from 0.1 to 60 and a path',
  logger: (value) => (isLogger(value) ? undefined : 'must have the methods debug, info, warn and error'),
  logLevel: (value) =>
    LEVELS.includes(value as LogLevel) ? undefined : `must be one of ${LEVELS.join(', ')}`,
};

/**
 * The options, each read once. Throws an `OptionsError` with everything that is wrong: a mistake in the host's code, which must not wait for
 * production to show.
 */
export function checkedOptions(given: TelemetryOptions): TelemetryOptions {
  const options = readOptions('startTelemetry', given);
  const problems = unknownNames(options, Object.keys(CHECKS));
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || !Object.hasOwn(CHECKS, name)) continue;
    const problem = CHECKS[name as keyof TelemetryOptions](value);
    if (problem !== undefined) problems.push(`${name} ${problem}`);
  }
  problems.push(...endpointProblems({ ...options, port: options.port === false ? undefined : options.port }));
  if (problems.length > 0) throw new OptionsError('startTelemetry', problems);
  return options;
}

function isServing(value: { readonly handOverSeconds?: unknown; readonly socket?: unknown }): boolean {
  const { handOverSeconds = 1, socket = '/' } = value;
  return (
    typeof handOverSeconds === 'number' &&
    handOverSeconds >= 0.1 &&
    handOverSeconds <= 60 &&
    typeof socket === 'string' &&
    socket !== ''
  );
}

function isPino(value: unknown): boolean {
  return [value, ...(isObject(value) ? Object.values(value) : [])].some((one) => typeof one === 'function');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
