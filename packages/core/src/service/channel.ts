import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { diag } from '@opentelemetry/api';

/**
 * Listens to one of Node's diagnostics channels. A channel turns what its listener throws into an uncaught exception, which would end the
 * host, so it is caught, and told once. Returns the function that ends it.
 */
export function listen<M>(name: string, listener: (message: M) => void): () => void {
  let told = false;
  const guarded = (message: unknown) => {
    try {
      listener(message as M);
    } catch (error) {
      if (!told) diag.warn(`A message of the channel ${name} could not be measured.`, error);
      told = true;
    }
  };
  subscribe(name, guarded);
  return () => void unsubscribe(name, guarded);
}
