import { isSpanContextValid, trace } from '@opentelemetry/api';

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
