import { sharedInProcess } from '../base/index.ts';

/** What a log line carries besides its message. Names are those of metric labels (`table`, `error_type`), so logs and series join. */
export type LogFields = { readonly [name: string]: unknown };

/** One level of a logger. */
export interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** The part of a logger that the library uses. A pino logger is one as it stands. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** The logger of this process, whichever copy of the package has set it. */
const shared = () => sharedInProcess<{ logger: Logger | undefined }>('logger', () => ({ logger: undefined }));

const nowhere = () => {};
const silent: Logger = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere };

/** Sends the library's log lines to `logger` from now on; `undefined` silences them. `startTelemetry` calls it for you. */
export function setLogger(logger: Logger | undefined): void {
  shared().logger = logger === undefined ? undefined : guarded(logger);
}

/** The logger of this process; silent until one is set. Its methods never throw. Ask for it at each use, since it can change. */
export function log(): Logger {
  return shared().logger ?? silent;
}

/** Whether a logger has been set. */
export function loggerIsSet(): boolean {
  return shared().logger !== undefined;
}

/** A line that can't be written is lost; what was being logged goes on. */
function guarded(logger: Logger): Logger {
  const level = (name: keyof Logger): LogMethod => {
    return (...line: [string] | [LogFields, string]) => {
      try {
        (logger[name] as (...args: unknown[]) => void)(...line);
      } catch {
        // A logger that throws must not end the work that it describes.
      }
    };
  };
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}
