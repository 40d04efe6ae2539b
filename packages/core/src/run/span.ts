import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { asError, quietly } from '../base/index.ts';

/**
 * Does `work` under a span that is active meanwhile; its promise must not reject. The tracer is the host's and may be of any make: whatever it does, the work is done, once, and what it
 * gives is given. Without a span where the tracer makes none.
 */
export async function underSpan<T>(
  scope: string,
  name: string,
  attributes: Attributes,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  let done: Promise<T> | undefined;
  const once = (span?: Span): Promise<T> => {
    done ??= work(span);
    return done;
  };
  quietly(() => trace.getTracer(scope).startActiveSpan(name, { attributes }, once));
  return once();
}

/** Marks a span as failed. */
export function failSpan(span: Span | undefined, error: unknown, errorType: string): void {
  quietly(() => span?.setAttribute('error.type', errorType));
  quietly(() => span?.recordException(asError(error)));
  quietly(() => span?.setStatus({ code: SpanStatusCode.ERROR }));
}
