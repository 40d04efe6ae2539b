import type { LoggerOptions } from 'pino';
import { processStore } from '../store/index.ts';
import { errorFields, traceFields } from './fields.ts';
import { CENSOR, redact, redactText } from './redact.ts';

/** pino lets no formatter see the bindings of a child, so the usual names of secrets are given to its own redaction too. */
const BINDINGS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'headers.authorization',
  'headers.cookie',
];

/** Who logs, and from which level on. */
export interface LoggerSettings {
  /** Written in each line as `service`. */
  readonly serviceName: string;
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. Default `info`. */
  readonly level?: string;
}

/**
 * Options for pino: the ids of the active span in each line, the service's name, ISO times, level names, and no credentials.
 * `pino(loggerOptions({ serviceName: 'offload' }))` is the logger that `startTelemetry` makes.
 */
export function loggerOptions({ serviceName, level = 'info' }: LoggerSettings): LoggerOptions {
  return {
    level,
    base: { service: serviceName },
    mixin: traceFields,
    timestamp: () => `,"time":"${new Date(processStore().clock.wallMs()).toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => redact(fields) as Record<string, unknown>,
    },
    redact: { paths: BINDINGS, censor: CENSOR },
    serializers: { err: errorFields, error: errorFields },
    hooks: {
      logMethod(args, method) {
        method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args,
        );
      },
    },
  };
}
