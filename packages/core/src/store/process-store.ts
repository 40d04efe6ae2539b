import { sharedInProcess } from '../base/index.ts';
import { DeclarationError, type Described } from '../catalog/index.ts';
import { handOverIfAsked, isHandedOver } from '../handover/index.ts';
import type { BoundCounter } from './counter.ts';
import { handOversFailed } from './self-metrics.ts';
import { Store } from './store.ts';

/**
 * The store of this process, whichever copy of the package asks; made on first use. `OTEL_SDK_DISABLED=true` makes one that records nothing. Where a parent of this process serves for
 * all, it is handed over to that one.
 */
export function processStore(): Store {
  return sharedInProcess('store', create);
}

// Made once: helpers ask for the store each time that they record, and allocate nothing.
function create(): Store {
  const handOver = isDisabled() ? undefined : handOverIfAsked();
  const store = new Store({ ofProcess: true, enabled: !isDisabled(), pages: handOver?.pages });
  handOver?.begin(store, () => failedHandOvers(store));
  return store;
}

/** Whether what this process, or thread, measures is served by another (`@sightglass/core/processes`). */
export function isServedElsewhere(): boolean {
  // It is handed over from the first use of the store on.
  processStore();
  return isHandedOver();
}

/** Counts the connections to the process that serves for all that could not be had, or were lost; born at 0 where it is handed over. */
export function failedHandOvers(store: Store): BoundCounter {
  return store.counter(handOversFailed).bind();
}

/** What an export of this process shows: the store of all processes where this one serves for them, else its own. */
export function exportedStore(): Store {
  return exported().store ?? processStore();
}

/** Sets what an export of this process shows from now on; undefined for its own store. */
export function setExportedStore(store: Store | undefined): void {
  exported().store = store;
}

const exported = (): { store: Store | undefined } =>
  sharedInProcess('exported-store', () => ({ store: undefined }));

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
