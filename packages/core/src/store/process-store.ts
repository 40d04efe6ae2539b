import { sharedInProcess } from '../base/index.ts';
import { DeclarationError, type Described } from '../catalog/index.ts';
import { Store } from './store.ts';

/** The store of this process, whichever copy of the package asks; made on first use. `OTEL_SDK_DISABLED=true` makes one that records nothing. */
export function processStore(): Store {
  return sharedInProcess('store', () => new Store({ ofProcess: true, enabled: !isDisabled() }));
}

function isDisabled(): boolean {
  return process.env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}

/**
 * A recording helper as hosts call it: whatever its argument is, the call returns. What `record` throws over it (no argument, a getter that
 * throws) is counted as a dropped measurement of `metric`. Throws a `DeclarationError` itself when there is no such metric.
 */
export function neverThrows<A>(metric: Described, record: (argument: A) => void): (argument: A) => void {
  const name = nameOf(metric);
  return (argument) => {
    try {
      record(argument);
    } catch {
      processStore().refused(name);
    }
  };
}

function nameOf(metric: Described): string {
  try {
    return metric.descriptor.name;
  } catch (error) {
    throw DeclarationError.from(error, 'A recording helper');
  }
}
