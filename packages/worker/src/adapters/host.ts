import { classifyError, TIMEOUT } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { recordEnqueued } from '../queue/record.ts';

/** What `read` gives; undefined when it throws, as it may over an object of a queue of another make or version. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A number that a queue gives; undefined for anything else, since plain JavaScript may give anything. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/**
 * Puts something round a method of one object of the host's. `call` gets the arguments, and the method with these or others, and gives what it gave. Returns whether there is such a method:
 * another version of its library may have none.
 */
export function around(
  object: object,
  name: string,
  call: (args: readonly unknown[], method: (given?: readonly unknown[]) => unknown) => unknown,
): boolean {
  return (
    readable(() => {
      const method: unknown = Reflect.get(object, name);
      if (typeof method !== 'function') return false;
      const value = (...args: unknown[]) =>
        call(args, (given = args) => Reflect.apply(method, object, given));
      Object.defineProperty(object, name, { value, configurable: true, writable: true });
      return true;
    }) ?? false
  );
}

/** Listens to an event of one object of the host's; what the listener throws reaches nobody. */
export function listen(
  emitter: object,
  event: string,
  listener: (...args: readonly unknown[]) => void,
): void {
  readable(() =>
    (emitter as { on(event: string, listener: (...args: unknown[]) => void): unknown }).on(
      event,
      (...args) => void readable(() => listener(...args)),
    ),
  );
}

/** Counts what is added by a method of one object of the host's, once it is there: `items` of what it was given and what it gave. */
export function countAdded(
  queue: string,
  object: object,
  method: string,
  items: (args: readonly unknown[], added: unknown) => number,
): void {
  around(object, method, async (args, add) => {
    const added = await add();
    readable(() => recordEnqueued({ queue, items: items(args, added) }));
    return added;
  });
}

/** How an attempt ended that threw. */
export const outcomeOf = (error: unknown): 'failed' | 'timed_out' =>
  classifyError(error) === TIMEOUT ? 'timed_out' : 'failed';

/** By a clock that fails no duration is known. */
export const nowMs = (): number => readable(() => processStore().clock.monotonicMs()) ?? Number.NaN;
