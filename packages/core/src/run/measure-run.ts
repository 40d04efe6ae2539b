import { type Attributes, diag, SpanStatusCode, trace } from '@opentelemetry/api';
import { asError, classifyError, withinSeconds } from '../base/index.ts';
import { processStore } from '../store/index.ts';

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

/**
 * Times `work` and says how it went. A span is active while it runs and while `record` records the result, so that log lines and exemplars carry its ids.
 * Never throws.
 */
export async function measureRun<T>(
  options: RunOptions,
  work: (signal: AbortSignal) => T | Promise<T>,
  record: (result: RunResult<T>) => void = () => {},
): Promise<RunResult<T>> {
  const { scope, name, attributes, ...bounds } = readable(options);
  return trace.getTracer(scope).startActiveSpan(name, { attributes }, async (span) => {
    const result = await timed(bounds, work);
    if (!result.ok) {
      span.setAttribute('error.type', result.errorType);
      span.recordException(asError(result.error));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    try {
      record(result);
    } catch (error) {
      diag.error(`The result of ${name} could not be recorded.`, error);
    }
    span.end();
    return result;
  });
}

/** The options, or plain ones in their place when the host's object can't be read: the work runs all the same. */
function readable(options: RunOptions): Required<RunOptions> {
  try {
    const { scope, name, attributes = {}, timeoutSeconds, signal, classify } = options;
    return { scope: String(scope), name: String(name), attributes, timeoutSeconds, signal, classify };
  } catch {
    const unbounded = { timeoutSeconds: undefined, signal: undefined, classify: undefined };
    return { scope: '@sightglass/core', name: 'run', attributes: {}, ...unbounded };
  }
}

async function timed<T>(
  options: Pick<Required<RunOptions>, 'timeoutSeconds' | 'signal' | 'classify'>,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<RunResult<T>> {
  const { clock } = processStore();
  const startMs = clock.monotonicMs();
  const seconds = () => Math.max(0, (clock.monotonicMs() - startMs) / 1000);
  try {
    const value = await withinSeconds(options.timeoutSeconds, work, options.signal);
    return { ok: true, value, durationSeconds: seconds() };
  } catch (error) {
    return { ok: false, error, errorType: nameOf(error, options.classify), durationSeconds: seconds() };
  }
}

/** A host's classifier may itself fail; its failure must not hide the one it was asked about. */
function nameOf(error: unknown, classify: RunOptions['classify']): string {
  try {
    const name: unknown = classify?.(error);
    if (typeof name === 'string' && name !== '') return name;
  } catch {}
  return classifyError(error);
}
