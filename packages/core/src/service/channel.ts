import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { warnOnce } from '../base/index.ts';

/**
 * Listens to one of Node's diagnostics channels. A channel turns what its listener throws into an uncaught exception, which would end the
 * host, so it is caught, and said once. Returns the function that ends it.
 */
export function listen<M>(name: string, listener: (message: M) => void): () => void {
  const warn = warnOnce();
  const guarded = (message: unknown) => {
    try {
      listener(message as M);
    } catch (error) {
      warn(name, `A message of the channel ${name} could not be measured.`, error);
    }
  };
  subscribe(name, guarded);
  return () => void unsubscribe(name, guarded);
}
