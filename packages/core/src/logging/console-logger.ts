import { processStore } from '../store/index.ts';
import { errorFields, traceFields } from './fields.ts';
import type { LogFields, Logger, LogMethod } from './port.ts';
import { redact, redactText } from './redact.ts';

/** JSON lines on stderr, for hosts without pino. From `info` on. */
export function consoleLogger(serviceName: string): Logger {
  const at = (level: string): LogMethod => {
    return (...line: [string] | [LogFields, string]) => {
      const [fields, message] = line.length === 1 ? [{}, line[0]] : line;
      const { err, ...rest } = fields as LogFields;
      const cause = err === undefined ? {} : { err: errorFields(err) };
      const clean = redact(rest) as LogFields;
      const time = new Date(processStore().clock.wallMs()).toISOString();
      console.error(
        JSON.stringify({
          level,
          time,
          service: serviceName,
          ...traceFields(),
          ...clean,
          ...cause,
          msg: redactText(message),
        }),
      );
    };
  };
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}
