import { diag } from '@opentelemetry/api';
import { quietly } from './quietly.ts';
import { redactText } from './redact-text.ts';
import { sharedInProcess } from './shared.ts';

type Level = 'warn' | 'error';
/** What the port of the logger shares; the rooms below it can't import it. */
interface SharedLogger {
  readonly logger: { readonly [L in Level]: (fields: object, message: string) => void } | undefined;
}

/**
 * Says what went wrong within the library, to whoever listens: OpenTelemetry's `diag` where the host (or `startTelemetry`) has set its logger, else the
 * logger of this process, else stderr, as one line without credentials. `details` may hold the error behind it. Never throws.
 */
export function say(level: Level, message: string, ...details: unknown[]): void {
  quietly(() => {
    if (diagIsHeard()) return diag[level](message, ...details);
    const { logger } = sharedInProcess<SharedLogger>('logger', () => ({ logger: undefined }));
    const err = details.find((detail) => detail instanceof Error);
    if (logger !== undefined) return logger[level](err === undefined ? {} : { err }, message);
    const because = err === undefined ? '' : `: ${err.message}`;
    console.error(JSON.stringify({ level, msg: redactText(message + because) }));
  });
}

/** Whether somebody has given `diag` a logger. The API does not tell, and without one it is silent. Its globals lie under this key in every 1.x. */
function diagIsHeard(): boolean {
  const globals = (globalThis as { [key: symbol]: { readonly diag?: unknown } | undefined })[
    Symbol.for('opentelemetry.js.api.1')
  ];
  return globals?.diag !== undefined;
}
