import { quietly } from './quietly.ts';
import { say } from './say.ts';

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
    readable(then);
    return given;
  });
}

type Listener = (...args: readonly unknown[]) => void;

/** Who listens to what, by the object. */
const listening = new WeakMap<object, Map<string, Listener[]>>();

/**
 * Listens to an event of one object. What the listener throws reaches nobody, and an object without `on` is left alone. However many listen, the object has one listener of ours for each event, so that it
 * warns of no leak.
 */
export function listen(emitter: object, event: string, listener: Listener): void {
  readable(() => {
    const events = listening.get(emitter) ?? new Map<string, Listener[]>();
    const known = events.get(event);
    if (known !== undefined) {
      known.push(listener);
      return;
    }
    const listeners = [listener];
    const all = (...args: unknown[]) => {
      for (const each of listeners) readable(() => each(...args));
    };
    (emitter as { on(event: string, listener: Listener): unknown }).on(event, all);
    listening.set(emitter, events.set(event, listeners));
  });
}

const begun = new WeakMap<object, Set<string>>();

/**
 * Whether this is the first time that `what` is asked of the object: a module that is loaded again, or two that don't know of each other, may hand over the same one, and what is put round a method twice counts
 * twice.
 */
export function isFirst(object: object, what: string): boolean {
  return (
    readable(() => {
      const before = begun.get(object) ?? new Set<string>();
      if (before.has(what)) return false;
      begun.set(object, before.add(what));
      return true;
    }) ?? true
  );
}

/**
 * Has a pool of `pg` outlive its idle connections. One that was opened for a question of ours lies idle in the pool after it, and what it dies of there, as when the database is started anew, the pool emits:
 * nobody would listen where nothing else uses the pool, and the process would end of it. The host's own listeners hear it as before.
 */
export function outliveIdle(pool: object): void {
  if (!isFirst(pool, 'idle connections')) return;
  listen(pool, 'error', (error) => {
    const { listenerCount } = pool as { listenerCount?(event: string): unknown };
    if (listenerCount?.call(pool, 'error') === 1) say('warn', 'An idle connection of a pool was lost', error);
  });
}
