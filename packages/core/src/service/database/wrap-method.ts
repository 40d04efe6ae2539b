import { sharedInProcess } from '../../base/index.ts';
import { processStore } from '../../store/index.ts';
import { guarded } from '../channel.ts';
import { dbClientOperationDuration } from './metrics.ts';
import { type DatabaseOperation, recordDatabaseOperation } from './operation.ts';

/** A method of a driver's object. */
export type Method = (...args: never[]) => unknown;

/** The pools and clients whose methods are measured, by whichever copy of the package, each with the function that gives the methods back. */
const measuredByNow = () => sharedInProcess('database clients', () => new WeakMap<object, () => void>());

/** Whether the methods of this object are measured. */
export const isMeasured = (target: object): boolean => measuredByNow().has(target);

/** Ends the measuring of an object, if it is measured. */
export const endMeasured = (target: object): void => measuredByNow().get(target)?.();

/** Measures an object, once however often it is asked for. Returns the function that ends it. */
export function measured(target: object, start: () => () => void): () => void {
  const all = measuredByNow();
  if (!all.has(target)) {
    const end = guarded('The end of the measuring of a database client', start());
    all.set(target, () => {
      all.delete(target);
      end();
    });
  }
  return () => all.get(target)?.();
}

/** What is to be recorded of a call that has ended; undefined for nothing. */
export type Ended = (error: unknown) => Omit<DatabaseOperation, 'durationSeconds'> | undefined;

/**
 * Puts a measured method on the object itself, before the one that it has or inherits. `begin` sees the first argument and tells what to do
 * at the end, if anything. Works with a callback and with a promise; what the host gets is the same. Returns the function that gives the method back.
 */
export function wrapMethod<N extends string>(
  target: { [K in N]: Method },
  name: N,
  begin: (first: unknown) => Ended | undefined,
): () => void {
  const original = target[name] as (...args: unknown[]) => unknown;

  function wrapped(this: unknown, ...args: unknown[]): unknown {
    const end = timed(() => begin(args[0]));
    if (end === undefined) return original.apply(this, args);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = function (this: unknown, error: unknown, ...rest: unknown[]) {
        end(error ?? undefined);
        return Reflect.apply(callback, this, [error, ...rest]);
      };
      return original.apply(this, args);
    }
    const result = original.apply(this, args);
    if (!isThenable(result)) return result;
    // The host gets this promise, not the original beside a listener of ours: a rejection that it does not handle stays one.
    return result.then(
      (value: unknown) => {
        end();
        return value;
      },
      (error: unknown) => {
        end(error ?? new Error());
        throw error;
      },
    );
  }

  return putMethod(target, name, wrapped);
}

/** Puts a method on the object itself, before the one that it has or inherits. Returns the function that gives that back. */
export function putMethod<N extends string>(
  target: { [K in N]: Method },
  name: N,
  method: (...args: unknown[]) => unknown,
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value: method, writable: true, configurable: true });
  return () => {
    if (target[name] !== (method as unknown)) return; // Somebody has wrapped it again; what is inside goes on.
    if (own === undefined) delete (target as Partial<typeof target>)[name];
    else Object.defineProperty(target, name, own);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}

/** Begins a measurement and gives the function that ends it; undefined where there is nothing to measure, or no measuring. Neither throws. */
export function timed(begin: () => Ended | undefined): ((error?: unknown) => void) | undefined {
  try {
    const ended = begin();
    if (ended === undefined) return undefined;
    const { clock } = processStore();
    const startMs = clock.monotonicMs();
    return (error) => {
      try {
        const done = ended(error);
        const durationSeconds = (clock.monotonicMs() - startMs) / 1000;
        if (done !== undefined) recordDatabaseOperation({ ...done, durationSeconds });
      } catch {
        processStore().refused(dbClientOperationDuration.name);
      }
    };
  } catch {
    return undefined; // What can't be read is the driver's to refuse.
  }
}
