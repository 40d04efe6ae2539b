import { quietly, sharedInProcess, warnOnce } from '../base/index.ts';
import { lineOf, orderOf } from './line.ts';
import { lastResort, stderrLogger } from './stderr-logger.ts';

/** What a log line carries besides its message. Names are those of metric labels (`table`, `error_type`), so logs and series join. */
export type LogFields = { readonly [name: string]: unknown };

/** One level of a logger. */
export interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/**
 * The part of a logger that the library uses. pino and bunyan are such loggers as they stand; so are winston, the console, log4js, loglevel, consola,
 * tslog and others that take the message first, which is known by what they are.
 */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** The logger of this process, whichever copy of the package has set it. */
const shared = () => sharedInProcess<{ logger: Logger | undefined }>('logger', () => ({ logger: undefined }));

const warn = warnOnce();

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * Sends the library's log lines to `logger` from now on, without credentials; `undefined` takes it away again, and warnings and errors go to stderr as
 * they do before one is set. `startTelemetry` calls it for you. Never throws: what lacks one of the methods is not taken, and that is said.
 */
export function setLogger(logger: Logger | undefined): void {
  if (logger === undefined || logger === null) shared().logger = undefined;
  else if (isLogger(logger)) shared().logger = guarded(logger);
  else
    warn('logger', `setLogger was given what is no logger: it must have the methods ${LEVELS.join(', ')}.`);
}

/**
 * The logger of this process. Until one is set, warnings and errors are lines of JSON on stderr, at most 1,000 a minute. Its methods never throw, and write no credential.
 * Ask for it at each use, since it can change.
 */
export function log(): Logger {
  return shared().logger ?? withoutLogger;
}

/** The levels from which something can be asked to write its lines. */
export const LINE_LEVELS = [...LEVELS, 'silent'] as const;
export type LineLevel = (typeof LINE_LEVELS)[number];

/** The logger of this process for something that has a level of its own: lines below it are not written. It makes nothing louder than the logger is. Default: {@link log} as it is. */
export function logFrom(level: LineLevel | undefined): Logger {
  const logger = log();
  if (level === undefined) return logger;
  const from = LINE_LEVELS.indexOf(level);
  const at = (name: keyof Logger) => (LEVELS.indexOf(name) < from ? unwritten : logger[name]);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const unwritten: LogMethod = () => {};

/** Whether a logger has been set. */
export function loggerIsSet(): boolean {
  return shared().logger !== undefined;
}

/** Whether a value has the methods of a logger. Never throws. */
export function isLogger(value: unknown): value is Logger {
  try {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
    return LEVELS.every((level) => typeof (value as Record<string, unknown>)[level] === 'function');
  } catch {
    return false;
  }
}

/** How many lines a logger may write while it writes one: what it uses may log too, but a logger that logs with each line would never come to an end. */
const MOST_NESTED = 3;

/** A line that can't be written is lost, whether the logger throws or its promise rejects; what was being logged goes on. */
function guarded(logger: Logger): Logger {
  const inOrder = orderOf(logger);
  let nested = 0;
  const level = (name: keyof Logger): LogMethod => {
    return (...given: unknown[]) => {
      if (nested > MOST_NESTED) return;
      nested++;
      try {
        // What would not be written need not be looked through.
        if (isSilent(logger, name)) return;
        const write = logger[name] as (...args: unknown[]) => unknown;
        const written = write.apply(logger, inOrder(lineOf(given)));
        if (isPromise(written)) written.then(undefined, () => {});
      } catch {
        // A logger that throws must not end the work that it describes.
      } finally {
        nested--;
      }
    };
  };
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}

/** pino, winston and log4js tell whether they write a level. */
function isSilent(logger: Logger, level: keyof Logger): boolean {
  return (
    quietly(() => (logger as { isLevelEnabled?(level: string): unknown }).isLevelEnabled?.(level)) === false
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

const withoutLogger = lastResort(guarded(stderrLogger()));
