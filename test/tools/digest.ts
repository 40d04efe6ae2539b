import { createHash } from 'node:crypto';

/** A short text that stands for a list of texts: so many digits of 6 bits each. */
export function digest(parts: readonly string[], digits = 43): string {
  const hash = createHash('sha256');
  // The lengths keep two lists apart that are the same when they are joined.
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest('base64url').slice(0, digits);
}

/**
 * The JSON text of what a story told, with numbers for the ids of processes. Each process makes one of its own when the story is played: only
 * which are the same matters.
 */
export function withoutIds(text: string): string {
  const ids = new Map<string, number>();
  return text.replaceAll(/process_id=\\"([0-9a-f]{8})\\"/g, (_, id: string) => {
    ids.set(id, ids.get(id) ?? ids.size);
    return `process_id=${ids.get(id)}`;
  });
}
