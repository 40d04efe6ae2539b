import { createHash } from 'node:crypto';

/** A short text that stands for a list of texts: so many digits of 6 bits each. */
export function digest(parts: readonly string[], digits = 43): string {
  const hash = createHash('sha256');
  // The lengths keep two lists apart that are the same when they are joined.
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest('base64url').slice(0, digits);
}

/** What differs each time a story is played: the id that a process makes for itself, and the free port of a server that it asks. */
const CHANCE = /(process_id|server_port)=\\"([0-9a-f]+)\\"/g;

/** The JSON text of what a story told, with numbers for what is left to chance: only which are the same matters. */
export function withoutChance(text: string): string {
  const seen = { process_id: new Map<string, number>(), server_port: new Map<string, number>() };
  return text.replaceAll(CHANCE, (_, label: keyof typeof seen, value: string) => {
    const known = seen[label];
    known.set(value, known.get(value) ?? known.size);
    return `${label}=${known.get(value)}`;
  });
}
