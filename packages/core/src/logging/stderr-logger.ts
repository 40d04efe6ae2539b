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
