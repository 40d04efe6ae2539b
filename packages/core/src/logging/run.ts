import { type LogFields, type Logger, log } from './port.ts';

/** How a run ended, under the names of its metrics' labels, plus what it counted. */
export interface RunFields extends LogFields {
  /** The value of the `status` label: `success`, `failed`, … */
  readonly status: string;
  readonly duration_seconds: number;
}

/**
 * Logs the end of one run (a cycle, a table, a job) in a single line: at `error` with the cause when there is one, else at `info`, through `logger` (default: that of the process).
 * The line carries the ids of the active span when the logger adds them, so call it inside the span. Never throws.
 */
export function logRun(what: string, fields: RunFields, cause?: unknown, logger: Logger = log()): void {
  try {
    const message = `${what}: ${fields.status}`;
    if (cause === undefined) logger.info(fields, message);
    else logger.error({ ...fields, err: cause }, message);
  } catch {
    // Fields that can't be read cost their line, not the work that it tells of.
  }
}
