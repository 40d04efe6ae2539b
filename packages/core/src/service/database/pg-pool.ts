import { DeclarationError } from '../../catalog/index.ts';
import { observeConnections, type PoolOptions, poolProblems } from './connections.ts';

/** The part of a pg `Pool` that is read: its public counters. */
export interface PgPoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
}

/**
 * Exports the connections of a pg pool: `db_client_connection_count` by state, `_max` and `_pending_requests`, read at each scrape.
 * Throws a `DeclarationError` when it is not a pg pool, or the name is missing or taken. Returns the function that ends it.
 */
export function observePool(pool: PgPoolLike, options: PoolOptions): () => void {
  try {
    return observeCounters(pool, options);
  } catch (error) {
    throw DeclarationError.from(error, 'The connection pool');
  }
}

function observeCounters(pool: PgPoolLike, options: PoolOptions): () => void {
  const counters = [pool?.totalCount, pool?.idleCount, pool?.waitingCount, pool?.options?.max];
  if (!counters.every((counter) => typeof counter === 'number')) {
    throw new DeclarationError('The connection pool', [
      'it must have the counters of a pg Pool: totalCount, idleCount, waitingCount and options.max; for another driver there is observeConnections',
      ...poolProblems(options),
    ]);
  }
  return observeConnections(options, () => ({
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    max: pool.options.max!,
    pending: pool.waitingCount,
  }));
}
