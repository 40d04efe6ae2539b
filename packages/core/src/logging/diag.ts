import type { DiagLogger } from '@opentelemetry/api';
import { DiagLogLevel } from '@opentelemetry/api';
import { type Logger, log } from './port.ts';

/** OpenTelemetry's own messages as lines of the process's logger, marked `component: "opentelemetry"`. */
export function diagLogger(): DiagLogger {
  const at = (level: keyof Logger) => {
    return (message: string, ...details: unknown[]) => {
      const err = details.find((detail) => detail instanceof Error);
      const rest = details.filter((detail) => detail !== err);
      const fields = {
        component: 'opentelemetry',
        ...(err === undefined ? {} : { err }),
        ...(rest.length === 0 ? {} : { details: rest }),
      };
      // Some exporters hand over an Error where the API asks for a text.
      log()[level](fields, String(message));
    };
  };
  return { verbose: at('debug'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const LEVELS: { readonly [name: string]: DiagLogLevel } = {
  all: DiagLogLevel.ALL,
  verbose: DiagLogLevel.VERBOSE,
  debug: DiagLogLevel.DEBUG,
  info: DiagLogLevel.INFO,
  warn: DiagLogLevel.WARN,
  error: DiagLogLevel.ERROR,
  none: DiagLogLevel.NONE,
};

/** The level that `OTEL_LOG_LEVEL` names, in any case; `warn` when it is absent or unknown. */
export function diagLevel(name: string | undefined): DiagLogLevel {
  return LEVELS[name?.trim().toLowerCase() ?? ''] ?? DiagLogLevel.WARN;
}
