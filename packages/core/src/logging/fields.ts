import { isSpanContextValid, trace } from '@opentelemetry/api';
import { redact, UNREADABLE } from './redact.ts';

const MAX_CAUSES = 5;

/** An error as fields of a log line, with its causes and without credentials. Anything that is no error is redacted and kept. Never throws. */
export function errorFields(error: unknown, depth = 0): unknown {
  try {
    return error instanceof Error ? fieldsOf(error, depth) : redact(error);
  } catch {
    return UNREADABLE;
  }
}

function fieldsOf(error: Error, depth: number): unknown {
  const { name, message, stack, cause, ...rest } = error as Error & { readonly [name: string]: unknown };
  return redact({
    type: name,
    message,
    stack,
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFields(cause, depth + 1) }),
    ...rest,
  });
}

/** The ids of the active span, under the names that OpenTelemetry's log correlation uses; empty when no span is active. A pino `mixin`. */
export function traceFields(): { readonly [name: string]: string } {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return {};
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    trace_flags: span.traceFlags.toString(16).padStart(2, '0'),
  };
}
