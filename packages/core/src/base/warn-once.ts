import { say } from './say.ts';

/** Says each `key` once, with its first message, which may be made only then; `details` are handed to the logger, such as the error behind it. */
export type WarnOnce = (key: string, message: string | (() => string), ...details: unknown[]) => void;

/** Keys may come from outside (names of the SDK's metrics): what has said so much is silent from then on. */
const MOST_KEYS = 1_000;

/** A way to warn that repeats nothing; each call makes one with a memory of its own. */
export function warnOnce(): WarnOnce {
  const said = new Set<string>();
  return (key, message, ...details) => {
    if (said.has(key) || said.size >= MOST_KEYS) return;
    said.add(key);
    say('warn', typeof message === 'string' ? message : message(), ...details);
  };
}
