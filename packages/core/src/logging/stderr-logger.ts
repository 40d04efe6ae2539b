import { processStore } from '../store/index.ts';
import { traceFields } from './fields.ts';
import type { LogFields, Logger, LogMethod } from './port.ts';
import { errorFields, redact, redactText } from './redact.ts';

/** JSON lines on stderr, for hosts without pino, and without any logger. From `info` on. */
export function stderrLogger(serviceName?: string): Logger {
  const at = (level: string): LogMethod => {
    return (...line: [string] | [LogFields, string]) => {
      const [fields, message] = line.length === 1 ? [{}, line[0]] : line;
      const { err, ...rest } = fields as LogFields;
      const time = new Date(processStore().clock.wallMs()).toISOString();
      const written = {
        level,
        time,
        service: serviceName,
        ...traceFields(),
        ...(redact(rest) as LogFields),
        ...(err === undefined ? {} : { err: errorFields(err) }),
        msg: redactText(message),
      };
      console.error(
        JSON.stringify(written, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      );
    };
  };
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Writing to stderr may hold the event loop, so a service that fails all the time without a logger writes no more than this. */
const MOST_LINES = 1_000;
const PERIOD_MS = 60_000;

/** What is logged where no logger was set: warnings and errors, by the logger of stderr, at most 1,000 a minute, and then one that says so. */
export function lastResort({ warn, error }: Logger): Logger {
  let periodBegan = Number.NEGATIVE_INFINITY;
  let lines = 0;
  const limited = (write: LogMethod): LogMethod => {
    return (...line: [string] | [LogFields, string]) => {
      const now = processStore().clock.monotonicMs();
      // A test may have put the clock back.
      if (now - periodBegan >= PERIOD_MS || now < periodBegan) {
        periodBegan = now;
        lines = 0;
      }
      lines++;
      if (lines <= MOST_LINES) (write as (...line: unknown[]) => void)(...line);
      else if (lines === MOST_LINES + 1)
        warn('Further lines are left out for a minute. Set a logger to have them all.');
    };
  };
  return { debug: () => {}, info: () => {}, warn: limited(warn), error: limited(error) };
}
