import { redact } from './redact.ts';

const MAX_CAUSES = 5;

/** An error as fields of a log line, with its causes and without credentials. Anything that is no error is redacted and kept. */
export function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return redact(error);
  const { name, message, stack, cause, ...rest } = error as Error & { readonly [name: string]: unknown };
  return redact({
    type: name,
    message,
    stack,
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFields(cause, depth + 1) }),
    ...rest,
  });
}
