import { processStore, type Store } from '../store/index.ts';

interface Running {
  users: number;
  readonly stop: () => void;
}

/** On the store itself, so that two copies of this package never measure the same thing twice. */
const KEY = Symbol.for('@sightglass/core/service/1');

/** What measures this process now, by name. */
function runningOf(store: Store): Map<string, Running> {
  const owner = store as Store & { [KEY]?: Map<string, Running> };
  owner[KEY] ??= new Map();
  return owner[KEY];
}

/**
 * Switches a measurement on, once for the process however often it is asked for; with `OTEL_SDK_DISABLED` it does nothing.
 * Returns the function that ends it, when all who asked for it have called theirs.
 */
export function switchOn(name: string, start: (store: Store) => () => void): () => void {
  const store = processStore();
  if (!store.enabled) return () => {};
  const all = runningOf(store);
  const running = all.get(name) ?? { users: 0, stop: start(store) };
  all.set(name, running);
  running.users++;
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--running.users > 0) return;
    all.delete(name);
    running.stop();
  };
}

/** Whether somebody has switched this on. */
export function isOn(name: string): boolean {
  return runningOf(processStore()).has(name);
}
