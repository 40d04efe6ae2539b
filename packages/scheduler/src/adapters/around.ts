import { readable } from '../job/readable.ts';

/** Puts something round a method of one object of a scheduler's; nothing where its version has no such method. `call` gets the method as it is called, and gives what it gave. */
export function around(object: object, name: string, call: (method: () => unknown) => unknown): void {
  readable(() => {
    const method: unknown = Reflect.get(object, name);
    if (typeof method !== 'function') return;
    const value = (...args: unknown[]) => call(() => Reflect.apply(method, object, args));
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
  });
}

/** Does something once a method of one object of a scheduler's has been called. */
export function after(object: object, name: string, then: () => void): void {
  around(object, name, (method) => {
    const given = method();
    then();
    return given;
  });
}
