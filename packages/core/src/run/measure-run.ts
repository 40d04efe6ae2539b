import type { Attributes } from '@opentelemetry/api';
import { classifyError, quietly, say, withinSeconds } from '../base/index.ts';
import { given } from '../catalog/index.ts';
import { processStore } from '../store/index.ts';
import { failSpan, underSpan } from './span.ts';

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
  /** Whether what was thrown is a failure, which the span then shows. Default: it is. A queue's way to say "later" is none. */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
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
 * Never throws, and does the work whatever the options, the host's tracer or its clock do.
 */
export async function measureRun<T>(
  options: RunOptions,
  work: (signal: AbortSignal) => T | Promise<T>,
  record: (result: RunResult<T>) => void = () => {},
): Promise<RunResult<T>> {
  const { scope, name, attributes, isFailure, ...bounds } = readable(options);
  return underSpan(scope, name, attributes, async (span) => {
    const result = await timed(bounds, work);
    if (!result.ok && quietly(() => isFailure?.(result.error)) !== false)
      failSpan(span, result.error, result.errorType);
    try {
      record(result);
    } catch (error) {
      say('error', `The result of ${name} could not be recorded.`, error);
    }
    quietly(() => span?.end());
    return result;
  });
}

/** The options one by one, since a host's object may have some that can't be read: the work runs all the same, and by the others. */
function readable(options: RunOptions) {
  return {
    scope: quietly(() => String(options.scope)) ?? '@sightglass/core',
    name: quietly(() => String(options.name)) ?? 'run',
    attributes: quietly(() => given(options, 'attributes')) ?? {},
    timeoutSeconds: quietly(() => given(options, 'timeoutSeconds')),
    signal: quietly(() => given(options, 'signal')),
    classify: quietly(() => given(options, 'classify')),
    isFailure: quietly(() => given(options, 'isFailure')),
  };
}

async function timed<T>(
  options: Pick<RunOptions, 'timeoutSeconds' | 'signal' | 'classify'>,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<RunResult<T>> {
  const { clock } = processStore();
  // By a clock that fails the duration is no number, which no metric takes.
  const nowMs = () => quietly(() => clock.monotonicMs()) ?? Number.NaN;
  const startMs = nowMs();
  const seconds = () => Math.max(0, (nowMs() - startMs) / 1000);
  try {
    const value = await withinSeconds(options.timeoutSeconds, work, options.signal);
    return { ok: true, value, durationSeconds: seconds() };
  } catch (error) {
    return { ok: false, error, errorType: nameOf(error, options.classify), durationSeconds: seconds() };
  }
}

/** A host's classifier may itself fail; its failure must not hide the one it was asked about. */
function nameOf(error: unknown, classify: RunOptions['classify']): string {
  const name: unknown = quietly(() => classify?.(error));
  return typeof name === 'string' && name !== '' ? name : classifyError(error);
}
