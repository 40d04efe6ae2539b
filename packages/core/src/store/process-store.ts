import { Store } from './store.ts';

/**
 * One store for the process, whichever copy of the package (ESM and CommonJS, two versions in one tree) asks first.
 * The number changes only when a store of the old shape could not serve the new code.
 */
const KEY = Symbol.for('@sightglass/core/store/1');

/** The store of this process, made on first use. `OTEL_SDK_DISABLED=true` makes one that records nothing. */
export function processStore(): Store {
  const globals = globalThis as { [KEY]?: Store };
  globals[KEY] ??= new Store({
    ofProcess: true,
    enabled: process.env.OTEL_SDK_DISABLED?.trim().toLowerCase() !== 'true',
  });
  return globals[KEY];
}
