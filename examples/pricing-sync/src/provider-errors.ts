import { classifyError, TIMEOUT } from '@sightglass/core';

/** What can be wrong with an answer; the kind is the label `error_type`. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: 'rate_limited' | 'unavailable' | 'malformed';

  constructor(kind: ProviderError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A provider that asks for patience. */
export class RateLimited extends ProviderError {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super('rate_limited', message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Every kind that `errorTypeOf` gives. */
export const ERROR_TYPES = [
  'timeout',
  'rate_limited',
  'unavailable',
  'malformed',
  'database',
  'process_error',
];

/** Names a failure: an answer's own kind, a connection that failed, an error of the database (which carries a `severity`), or time that ran out. */
export function errorTypeOf(error: unknown): string {
  if (error instanceof ProviderError) return error.kind;
  const kind = classifyError(error);
  if (kind === TIMEOUT) return kind;
  if (error instanceof TypeError && error.message === 'fetch failed') return 'unavailable';
  return typeof error === 'object' && error !== null && 'severity' in error ? 'database' : kind;
}
