import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { warnOnce } from '../base/index.ts';

/**
 * Listens to one of Node's diagnostics channels. A channel turns what its listener throws into an uncaught exception, which would end the
 * host, so it is caught, and said once. Returns the function that ends it.
 */
export function listen<M>(name: string, listener: (message: M) => void): () => void {
  const harmless = guarded(`A message of the channel ${name}`, listener);
  const onMessage = (message: unknown) => harmless(message as M);
  subscribe(name, onMessage);
  return () => void unsubscribe(name, onMessage);
}

/**
 * A listener of ours among the host's: what it throws would fail the host's call or end its process, so it is caught, and said once.
 * `subject` begins the sentence. Keeps `this`.
 */
export function guarded<T, A extends readonly unknown[]>(
  subject: string,
  listener: (this: T, ...args: A) => void,
): (this: T, ...args: A) => void {
  const warn = warnOnce();
  return function (this: T, ...args: A): void {
    try {
      listener.apply(this, args as never);
    } catch (error) {
      warn(subject, `${subject} could not be measured.`, error);
    }
  };
}
