import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';
import { processStore } from '../store/index.ts';
import { classifyError } from './classify-error.ts';
import { withTimeLimit } from './time-limit.ts';

/** How a run is named and bounded. */
export interface RunOptions {
  /** The tracer's name: the package that measures. */
  readonly scope: string;
  /** The span's name, such as `offload.table`. */
  readonly name: string;
  /** The run's labels, which become the span's attributes under the same names. */
  readonly attributes?: Attributes;
  /** Time limit in seconds. Default: none. */
  readonly timeoutSeconds?: number | undefined;
  /** Aborts the run from outside. */
  readonly signal?: AbortSignal | undefined;
  /** Names a failure. Default: {@link classifyError}. */
  readonly classify?: ((error: unknown) => string) | undefined;
}

/** How a run went. */
export type RunResult<T> =
  | { readonly ok: true; readonly value: T; readonly durationSeconds: number }
  | {
      readonly ok: false;
      readonly error: unknown;
      readonly errorType: string;
      readonly durationSeconds: number;
    };

/** Times `work`, under a span that is active while it runs, and says how it went. Never throws. */
export async function measureRun<T>(
  options: RunOptions,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<RunResult<T>> {
  const { clock } = processStore();
  const startMs = clock.monotonicMs();
  const seconds = () => Math.max(0, (clock.monotonicMs() - startMs) / 1000);
  return trace
    .getTracer(options.scope)
    .startActiveSpan(
      options.name,
      { attributes: options.attributes ?? {} },
      async (span): Promise<RunResult<T>> => {
        try {
          const value = await withTimeLimit(options.timeoutSeconds, work, options.signal);
          return { ok: true, value, durationSeconds: seconds() };
        } catch (error) {
          const errorType = nameOf(error, options.classify);
          span.setAttribute('error.type', errorType);
          span.recordException(error instanceof Error ? error : String(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
          return { ok: false, error, errorType, durationSeconds: seconds() };
        } finally {
          span.end();
        }
      },
    );
}

/** A host's classifier may itself fail; its failure must not hide the one it was asked about. */
function nameOf(error: unknown, classify: RunOptions['classify']): string {
  try {
    const name: unknown = classify?.(error);
    if (typeof name === 'string' && name !== '') return name;
  } catch {}
  return classifyError(error);
}
