import { createHash } from 'node:crypto';

/** A short text that stands for a list of texts: so many digits of 6 bits each. */
export function digest(parts: readonly string[], digits = 43): string {
  const hash = createHash('sha256');
  // The lengths keep two lists apart that are the same when they are joined.
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest('base64url').slice(0, digits);
}
