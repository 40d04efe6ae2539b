import { sharedInProcess } from '../../base/index.ts';
import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { guarded } from '../channel.ts';
import { dbClientOperationDuration } from './metrics.ts';
import { recordDatabaseOperation } from './operation.ts';
import { statementOf } from './statement.ts';

type Method = (...args: never[]) => unknown;

/** The part of a pg `Client` that is used. */
export interface PgClientLike {
  query: Method;
}

/** The part of a pg `Pool` that is used. */
export interface PgPoolOfClients extends PgClientLike {
  connect: Method;
  on(event: 'acquire', listener: (client: PgClientLike) => void): unknown;
  off(event: 'acquire', listener: (client: PgClientLike) => void): unknown;
  readonly totalCount: number;
}

/** The pools and clients whose methods are measured, by whichever copy of the package, each with the function that gives the methods back. */
const measuredByNow = () => sharedInProcess('pg', () => new WeakMap<object, () => void>());

/**
 * Measures the queries of one pg pool or client, through the public methods of that object: `db_client_operation_duration_seconds` by
 * command and table, with the SQLSTATE or the code of what it failed with. No text and no value of a query is kept. A failure to get a
 * connection counts as the operation `connect`. Cursors and streams (objects with a `submit`) are not measured.
 *
 * A pool's clients are measured as they are handed out, so transactions are too. Doing it again changes nothing. Throws a
 * `DeclarationError` when it is neither pool nor client. Returns the function that ends it.
 */
export function instrumentPg(target: PgPoolOfClients | PgClientLike): () => void {
  const subject = 'The pg instrumentation';
  try {
    if (typeof target?.query !== 'function') {
      throw new DeclarationError(subject, ['it must be given a pg Pool or Client']);
    }
    if (!processStore().enabled) return () => {};
    return measured(target, () => ('totalCount' in target ? measurePool(target) : measureQueries(target)));
  } catch (error) {
    throw DeclarationError.from(error, subject);
  }
}

function measured(target: object, start: () => () => void): () => void {
  const all = measuredByNow();
  if (!all.has(target)) {
    const end = guarded('The end of the pg instrumentation', start());
    all.set(target, () => {
      all.delete(target);
      end();
    });
  }
  return () => all.get(target)?.();
}

function measurePool(pool: PgPoolOfClients): () => void {
  const clients = new Set<WeakRef<PgClientLike>>();
  const onAcquire = guarded('A client of a pg pool', (client: PgClientLike) => {
    if (measuredByNow().has(client)) return;
    measured(client, () => measureQueries(client));
    // As many as are open: a pool replaces its clients for as long as the process lives.
    for (const known of clients) if (known.deref() === undefined) clients.delete(known);
    clients.add(new WeakRef(client));
  });
  pool.on('acquire', onAcquire);
  const restore = wrapMethod(pool, 'connect', () => (error) => {
    if (error !== undefined) return { operation: 'connect', error };
    return undefined;
  });
  return () => {
    pool.off('acquire', onAcquire);
    restore();
    for (const client of clients) {
      const open = client.deref();
      if (open !== undefined) measuredByNow().get(open)?.();
    }
  };
}

function measureQueries(client: PgClientLike): () => void {
  return wrapMethod(client, 'query', (first) => {
    const sql = textOf(first);
    if (sql === undefined) return undefined;
    return (error) => ({ ...statementOf(sql), error });
  });
}

/** What is to be recorded of a call that has ended; undefined for nothing. */
type Ended = (
  error: unknown,
) => { readonly operation: string; readonly collection?: string; readonly error: unknown } | undefined;

/**
 * Puts a measured method on the object itself, before the one that it has or inherits. `begin` sees the first argument and tells what to do
 * at the end, if anything. Works with a callback and with a promise; what the host gets is the same. Returns the function that gives the method back.
 */
function wrapMethod<N extends string>(
  target: { [K in N]: Method },
  name: N,
  begin: (first: unknown) => Ended | undefined,
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
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

  Object.defineProperty(target, name, { value: wrapped, writable: true, configurable: true });
  return () => {
    if (target[name] !== (wrapped as unknown)) return; // Somebody has wrapped it again; what is inside goes on.
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
function timed(begin: () => Ended | undefined): ((error?: unknown) => void) | undefined {
  try {
    const ended = begin();
    if (ended === undefined) return undefined;
    const { clock } = processStore();
    const startMs = clock.monotonicMs();
    return (error) => {
      try {
        const done = ended(error);
        const durationSeconds = (clock.monotonicMs() - startMs) / 1000;
        if (done !== undefined) recordDatabaseOperation({ system: 'postgresql', ...done, durationSeconds });
      } catch {
        processStore().refused(dbClientOperationDuration.name);
      }
    };
  } catch {
    return undefined; // What can't be read is the driver's to refuse.
  }
}

/** The text of what is queried; undefined for what has its own ways to end. */
function textOf(query: unknown): string | undefined {
  if (typeof query === 'string') return query;
  if (typeof query !== 'object' || query === null || 'submit' in query) return undefined;
  const { text } = query as { readonly text?: unknown };
  return typeof text === 'string' ? text : undefined;
}
