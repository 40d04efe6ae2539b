import { DeclarationError } from '../catalog/index.ts';
import { processStore } from '../store/index.ts';
import { errorFields, traceFields } from './fields.ts';
import { CENSOR, redact, redactText, UNREADABLE } from './redact.ts';
import { isSecretField } from './secret-names.ts';

/**
 * Every value of a line, the message and the bindings of children among them, as the serializers have left it. pino does not tell a censor of `*` the
 * name, so the usual names of secrets in bindings are listed; those of a line are seen by the formatter.
 */
const EVERYTHING = [
  '*',
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'api_key',
  'credentials',
];

/** Who logs, and from which level on. */
export interface LoggerSettings {
  /** Written in each line as `service`. */
  readonly serviceName: string;
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. Default `info`. */
  readonly level?: string;
}

/** Options as pino takes them, named here by their form, so that these types compile without pino. */
export interface PinoOptions {
  level: string;
  base: { service: string };
  mixin(): Record<string, string>;
  timestamp(): string;
  formatters: {
    level(label: string): Record<string, unknown>;
    log(fields: object): Record<string, unknown>;
  };
  redact: { paths: string[]; censor(value: unknown, path: string[]): unknown };
  serializers: Record<string, (value: unknown) => unknown>;
}

/**
 * Options for pino: the ids of the active span in each line, the service's name, ISO times, level names, and no credentials.
 * `pino(loggerOptions({ serviceName: 'offload' }))` is the logger that `startTelemetry` makes. Throws a `DeclarationError` for wrong settings.
 */
export function loggerOptions(settings: LoggerSettings): PinoOptions {
  const { serviceName, level } = checked(settings);
  return {
    level,
    base: { service: serviceName },
    mixin: traceFields,
    timestamp: () => `,"time":"${new Date(processStore().clock.wallMs()).toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: withoutSecretFields,
    },
    redact: {
      paths: [...EVERYTHING],
      censor: (value, path) => (typeof path?.[0] === 'string' ? CENSOR : redact(value)),
    },
    serializers: { err: errorFields, error: errorFields },
  };
}

function withoutSecretFields(fields: object): Record<string, unknown> {
  try {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        redactText(name),
        isSecretField(name, value) ? CENSOR : value,
      ]),
    );
  } catch {
    return { fields: UNREADABLE };
  }
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
