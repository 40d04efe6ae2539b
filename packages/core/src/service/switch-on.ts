import { sharedInProcess, warnOnce } from '../base/index.ts';
import { processStore, type Store } from '../store/index.ts';

interface Running {
  users: number;
  readonly stop: () => void;
}

/** What measures this process now, by name, whichever copy of the package has switched it on: nothing is measured twice. */
const running = () => sharedInProcess('measurements', () => new Map<string, Running>());

const warn = warnOnce();

/**
 * Switches a measurement on, once for the process however often it is asked for; with `OTEL_SDK_DISABLED` it does nothing, and what can not
 * begin or end here is said once. Returns the function that ends it, when all who asked for it have called theirs. Neither throws.
 */
export function switchOn(name: string, start: (store: Store) => () => void): () => void {
  const store = processStore();
  if (!store.enabled) return () => {};
  const all = running();
  let one = all.get(name);
  if (one === undefined) {
    const stop = attempt(name, () => start(store));
    if (stop === undefined) return () => {};
    one = { users: 0, stop };
    all.set(name, one);
  }
  const measurement = one;
  measurement.users++;
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--measurement.users > 0) return;
    all.delete(name);
    attempt(name, measurement.stop);
  };
}

function attempt<T>(name: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    warn(name, `The measurement of "${name}" could not be switched on or off.`, error);
    return undefined;
  }
}

/** Whether somebody has switched this on. */
export function isOn(name: string): boolean {
  return running().has(name);
}
