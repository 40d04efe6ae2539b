import type { LoggerOptions } from 'pino';
import { DeclarationError } from '../catalog/index.ts';
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
 * `pino(loggerOptions({ serviceName: 'offload' }))` is the logger that `startTelemetry` makes. Throws a `DeclarationError` for wrong settings.
 */
export function loggerOptions(settings: LoggerSettings): LoggerOptions {
  const { serviceName, level } = checked(settings);
  return {
    level,
    base: { service: serviceName },
    mixin: traceFields,
    timestamp: () => `,"time":"${new Date(processStore().clock.wallMs()).toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: readableFields,
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

function readableFields(fields: object): Record<string, unknown> {
  const clean = redact(fields);
  return typeof clean === 'object' && clean !== null ? (clean as Record<string, unknown>) : { fields: clean };
}

function checked(settings: LoggerSettings): Required<LoggerSettings> {
  const problems: string[] = [];
  try {
    const { serviceName, level = 'info' } = settings;
    if (typeof serviceName !== 'string' || serviceName === '')
      problems.push('serviceName must be a non-empty string');
    if (typeof level !== 'string' || level === '') problems.push('level must be the name of a level');
    if (problems.length === 0) return { serviceName, level };
  } catch (error) {
    throw DeclarationError.from(error, 'The logger');
  }
  throw new DeclarationError('The logger', problems);
}
