import { isSpanContextValid, trace } from '@opentelemetry/api';
import { errorFields, isError, redact, UNREADABLE } from './redact.ts';

export { errorFields } from './redact.ts';

type Written = { readonly [name: string]: unknown };

/** The errors of the language, whose instances keep nothing of their own where nobody can look. */
const NATIVE: readonly object[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
].map(({ prototype }) => prototype);

/**
 * An error as a logger takes one, without credentials and without the original: an `Error` of the same name, message, stack, causes and fields.
 * Loggers that print errors do so as ever; one that writes JSON writes its fields, where of an `Error` it would write `{}`.
 * What is no error is redacted. Never throws.
 */
export function cleanError(error: unknown): unknown {
  if (!isError(error)) return redact(error);
  try {
    return errorOf(errorFields(error) as Written, error);
  } catch {
    return UNREADABLE;
  }
}

function errorOf(fields: Written, original?: unknown): Error {
  const { type, message, stack, cause, errors, ...rest } = fields;
  const clean = new Error(String(message));
  Object.setPrototypeOf(clean, nativePrototype(original));
  const hidden: Record<string, unknown> = { message, stack, toJSON: () => fields };
  if (type !== clean.name) hidden.name = type;
  if (cause !== undefined) hidden.cause = isWrittenError(cause) ? errorOf(cause) : cause;
  if (errors !== undefined)
    hidden.errors = Array.isArray(errors)
      ? errors.map((one) => (isWrittenError(one) ? errorOf(one) : one))
      : errors;
  for (const [name, value] of Object.entries(hidden))
    Object.defineProperty(clean, name, { value, configurable: true, writable: true });
  for (const [name, value] of Object.entries(rest))
    Object.defineProperty(clean, name, { value, configurable: true, writable: true, enumerable: true });
  return clean;
}

/** What `redact` made of an error. */
function isWrittenError(value: unknown): value is Written {
  return (
    typeof value === 'object' && value !== null && ['type', 'message', 'stack'].every((name) => name in value)
  );
}

function nativePrototype(error: unknown): object {
  for (let at: object | null = Object(error); at !== null; at = Object.getPrototypeOf(at))
    if (NATIVE.includes(at)) return at;
  return Error.prototype;
}

/**
 * The ids of the active span, under the names that OpenTelemetry's log correlation uses; empty when no span is active, or none that can be read: the tracer is the host's, and a line is
 * worth more than its ids. A pino `mixin`. Never throws.
 */
export function traceFields(): { readonly [name: string]: string } {
  try {
    const span = trace.getActiveSpan()?.spanContext();
    if (!span || !isSpanContextValid(span)) return {};
    const flags = Number(span.traceFlags) || 0;
    return {
      trace_id: span.traceId,
      span_id: span.spanId,
      trace_flags: flags.toString(16).padStart(2, '0'),
    };
  } catch {
    return {};
  }
}
