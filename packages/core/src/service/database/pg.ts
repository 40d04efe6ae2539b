import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { guarded } from '../channel.ts';
import { statementOf } from './statement.ts';
import { endMeasured, isMeasured, type Method, measured, wrapMethod } from './wrap-method.ts';

const SYSTEM = 'postgresql';

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

function measurePool(pool: PgPoolOfClients): () => void {
  const clients = new Set<WeakRef<PgClientLike>>();
  const onAcquire = guarded('A client of a pg pool', (client: PgClientLike) => {
    if (isMeasured(client)) return;
    measured(client, () => measureQueries(client));
    // As many as are open: a pool replaces its clients for as long as the process lives.
    for (const known of clients) if (known.deref() === undefined) clients.delete(known);
    clients.add(new WeakRef(client));
  });
  pool.on('acquire', onAcquire);
  const restore = wrapMethod(pool, 'connect', () => (error) => {
    if (error !== undefined) return { system: SYSTEM, operation: 'connect', error };
    return undefined;
  });
  return () => {
    pool.off('acquire', onAcquire);
    restore();
    for (const client of clients) {
      const open = client.deref();
      if (open !== undefined) endMeasured(open);
    }
  };
}

function measureQueries(client: PgClientLike): () => void {
  return wrapMethod(client, 'query', (first) => {
    const sql = textOf(first);
    if (sql === undefined) return undefined;
    return (error) => ({ system: SYSTEM, ...statementOf(sql), error });
  });
}

/** The text of what is queried; undefined for what has its own ways to end. */
function textOf(query: unknown): string | undefined {
  if (typeof query === 'string') return query;
  if (typeof query !== 'object' || query === null || 'submit' in query) return undefined;
  const { text } = query as { readonly text?: unknown };
  return typeof text === 'string' ? text : undefined;
}
