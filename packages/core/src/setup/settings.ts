import type { Attributes } from '@opentelemetry/api';
import { DEFAULT_HOST, DEFAULT_PORT } from '../endpoint/endpoint.ts';
import type { Environment, Problems, TelemetryOptions } from './options.ts';
import { resourceAttributesOf } from './resource.ts';

/** A signal's exporters, by the names of `OTEL_*_EXPORTER`. */
export type Exporter = 'otlp' | 'console';

/** Options, environment and defaults, decided. */
export interface Settings {
  readonly host: string;
  /** Undefined: no port is opened. */
  readonly port: number | undefined;
  /** Whether options or environment name a port, and it is not the default. */
  readonly isPortStated: boolean;
  readonly resourceAttributes: Attributes;
  /** `OTEL_SDK_DISABLED`: probes are served, nothing is measured. */
  readonly disabled: boolean;
  readonly metricsExporters: readonly Exporter[];
  /** `ids`: spans are made for their ids in the log, and go nowhere. `asked`: the SDK reads the environment. */
  readonly traces: 'asked' | 'ids' | 'none';
  /** Whether the environment asks for OpenTelemetry logs to be exported. */
  readonly logs: boolean;
}

/** Decides every setting; what the environment says wrongly is not used, and is listed in `problems`. */
export function settingsOf(options: TelemetryOptions, variables: Environment, problems: Problems): Settings {
  const env = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim() !== ''));
  const traces = env.OTEL_TRACES_EXPORTER ?? (asksForOtlp(env, 'TRACES') ? 'otlp' : undefined);
  const logs = env.OTEL_LOGS_EXPORTER ?? (asksForOtlp(env, 'LOGS') ? 'otlp' : 'none');
  const port = options.port ?? portOf(env, problems);
  return {
    host: options.host ?? hostOf(env) ?? DEFAULT_HOST,
    port: port === false ? undefined : (port ?? DEFAULT_PORT),
    isPortStated: typeof port === 'number',
    resourceAttributes: resourceAttributesOf(options, env, problems),
    disabled: env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true',
    metricsExporters: metricsExportersOf(env, problems),
    traces: traces === undefined ? 'ids' : traces.trim() === 'none' ? 'none' : 'asked',
    logs: logs.trim() !== 'none',
  };
}

/** The address without what else may stand around it: blanks, and the brackets that an IPv6 address has in a URL. */
function hostOf({ OTEL_EXPORTER_PROMETHEUS_HOST: given }: Environment): string | undefined {
  return given?.trim().replace(/^\[([\da-fA-F:.]+)\]$/, '$1');
}

function portOf(env: Environment, problems: Problems): number | undefined {
  const given = env.OTEL_EXPORTER_PROMETHEUS_PORT;
  if (given === undefined) return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  problems.push(
    `OTEL_EXPORTER_PROMETHEUS_PORT must be a whole number from 0 to 65535, not ${JSON.stringify(given)}; ${DEFAULT_PORT} is used.`,
  );
  return undefined;
}

/** Pushing needs to be asked for: without a collector, the specification's default of OTLP to localhost would only fail. */
function metricsExportersOf(env: Environment, problems: Problems): readonly Exporter[] {
  const given = env.OTEL_METRICS_EXPORTER ?? (asksForOtlp(env, 'METRICS') ? 'otlp' : 'none');
  const names = new Set(given.split(',').map((name) => name.trim()));
  if (names.has('none')) return [];
  names.delete('prometheus'); // The endpoint is one.
  const known = [...names].filter((name) => name === 'otlp' || name === 'console');
  const unknown = [...names].filter((name) => !known.includes(name as Exporter));
  if (unknown.length > 0) {
    problems.push(
      `OTEL_METRICS_EXPORTER knows otlp, console, prometheus and none, not ${unknown.join(', ')}.`,
    );
  }
  return known;
}

function asksForOtlp(env: Environment, signal: 'METRICS' | 'TRACES' | 'LOGS'): boolean {
  return (
    env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
    env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] !== undefined
  );
}
