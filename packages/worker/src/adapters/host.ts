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
 * Puts something round a method of one object of the host's. `call` gets the arguments and the method, and gives what it gave. Returns whether there is such a method:
 * another version of its library may have none.
 */
export function around(
  object: object,
  name: string,
  call: (args: readonly unknown[], method: () => unknown) => unknown,
): boolean {
  return (
    readable(() => {
      const method: unknown = Reflect.get(object, name);
      if (typeof method !== 'function') return false;
      const value = (...args: unknown[]) => call(args, () => Reflect.apply(method, object, args));
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
