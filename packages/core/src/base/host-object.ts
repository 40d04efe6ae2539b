import { quietly } from './quietly.ts';

/* What adapters do to objects of the host's: a worker, a queue, a scheduler of any make and version. Nothing here throws into it. */

/** What a read gives; undefined when it throws, as it may over an object of another make or version than was expected. What rejects later reaches nobody. */
export const readable = quietly;

/** A number that the host's object gives; undefined for anything else, since plain JavaScript may give anything. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/**
 * Puts something round a method of one object. `call` gets the arguments, and the method, to be called with these or others, and gives what it gave. Returns whether there is such a
 * method: another version of its library may have none. Never throws itself; what `call` throws is thrown at who calls the method.
 * @example
 * around(boss, 'work', ([queue, ...rest], work) => work([`${prefix}${queue}`, ...rest]));
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

/** Does something each time a method of one object has been called and has not thrown. Returns whether there is such a method. */
export function after(object: object, name: string, then: () => void): boolean {
  return around(object, name, (_args, method) => {
    const given = method();
    then();
    return given;
  });
}

/** Listens to an event of one object. What the listener throws reaches nobody, and an object without `on` is left alone. */
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
