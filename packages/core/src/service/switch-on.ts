import { sharedInProcess } from '../base/index.ts';
import { processStore, type Store } from '../store/index.ts';

interface Running {
  users: number;
  readonly stop: () => void;
}

/** What measures this process now, by name, whichever copy of the package has switched it on: nothing is measured twice. */
const running = () => sharedInProcess('measurements', () => new Map<string, Running>());

/**
 * Switches a measurement on, once for the process however often it is asked for; with `OTEL_SDK_DISABLED` it does nothing.
 * Returns the function that ends it, when all who asked for it have called theirs.
 */
export function switchOn(name: string, start: (store: Store) => () => void): () => void {
  const store = processStore();
  if (!store.enabled) return () => {};
  const all = running();
  const one = all.get(name) ?? { users: 0, stop: start(store) };
  all.set(name, one);
  one.users++;
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--one.users > 0) return;
    all.delete(name);
    one.stop();
  };
}

/** Whether somebody has switched this on. */
export function isOn(name: string): boolean {
  return running().has(name);
}
