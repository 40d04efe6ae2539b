import { DeclarationError } from '../../catalog/index.ts';
import { isOn, switchOn } from '../switch-on.ts';
import {
  dbClientConnectionCount,
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
} from './metrics.ts';

/** What a pool says of itself at one moment. */
export interface ConnectionCounts {
  readonly used: number;
  readonly idle: number;
  /** How many there may be. */
  readonly max: number;
  /** Callers that wait for one. */
  readonly pending: number;
}

/** How a pool is told from others. */
export interface PoolOptions {
  /** The label `db_client_connection_pool_name`; one for each pool of the process. */
  readonly name: string;
}

/**
 * Exports the connections of a pool, read at each scrape: what {@link observePool} is for pg, for any driver.
 * Throws a `DeclarationError` when the name is missing or taken. Returns the function that ends it and frees the name.
 */
export function observeConnections(options: PoolOptions, read: () => ConnectionCounts): () => void {
  try {
    return observe(options, read);
  } catch (error) {
    throw DeclarationError.from(error, 'The connection pool');
  }
}

function observe(options: PoolOptions, read: () => ConnectionCounts): () => void {
  const problems = [
    ...poolProblems(options),
    ...(typeof read === 'function' ? [] : ['read must be a function']),
  ];
  if (problems.length > 0) throw new DeclarationError('The connection pool', problems);
  const pool = { db_client_connection_pool_name: options.name };
  return switchOn(keyOf(options.name), (store) => {
    const count = store.gauge(dbClientConnectionCount);
    const stops = [
      count.observe(() => read().used, { ...pool, db_client_connection_state: 'used' }),
      count.observe(() => read().idle, { ...pool, db_client_connection_state: 'idle' }),
      store.gauge(dbClientConnectionMax).observe(() => read().max, pool),
      store.gauge(dbClientConnectionPendingRequests).observe(() => read().pending, pool),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  });
}

/** What is wrong with a pool's options, in plain sentences. */
export function poolProblems(options: PoolOptions): string[] {
  const name: unknown = options?.name;
  if (typeof name !== 'string' || name === '') return ['name must be a non-empty string'];
  return isOn(keyOf(name))
    ? [`a pool named ${JSON.stringify(name)} is observed already; end that first`]
    : [];
}

const keyOf = (name: string) => `pool ${name}`;
