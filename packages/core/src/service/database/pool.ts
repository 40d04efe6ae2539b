import { DeclarationError } from '../../catalog/index.ts';
import { type ConnectionCounts, observeConnections, type PoolOptions, poolProblems } from './connections.ts';
import { coreOf } from './mysql.ts';

/** The part of a pg `Pool` that is read: its public counters. */
export interface PgPoolLike {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
}

/** A pool of mysql2, or of `mysql2/promise`. It has no public counters; its lists are read. */
export interface MysqlPoolLike {
  getConnection(...args: never[]): unknown;
}

/**
 * Exports the connections of a pool of pg or mysql2: `db_client_connection_count` by state, `_max` and `_pending_requests`, read at each scrape.
 * Throws a `DeclarationError` when it is no such pool, or the name is missing or taken. Returns the function that ends it.
 */
export function observePool(pool: PgPoolLike | MysqlPoolLike, options: PoolOptions): () => void {
  try {
    return observeCounters(pool, options);
  } catch (error) {
    throw DeclarationError.from(error, 'The connection pool');
  }
}

function observeCounters(pool: PgPoolLike | MysqlPoolLike, options: PoolOptions): () => void {
  const read = readerOf(pool);
  if (read === undefined) {
    throw new DeclarationError('The connection pool', [
      'it must have the counters of a pg Pool: totalCount, idleCount, waitingCount and options.max, or be a pool of mysql2; for another driver there is observeConnections',
      ...poolProblems(options),
    ]);
  }
  return observeConnections(options, read);
}

function readerOf(pool: PgPoolLike | MysqlPoolLike): (() => ConnectionCounts) | undefined {
  if (typeof pool !== 'object' || pool === null) return undefined;
  if ('getConnection' in pool) return readerOfMysql(coreOf(pool));
  const counters = [pool.totalCount, pool.idleCount, pool.waitingCount, pool.options?.max];
  if (!counters.every((counter) => typeof counter === 'number')) return undefined;
  return () => ({
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    max: pool.options.max!,
    pending: pool.waitingCount,
  });
}

interface MysqlLists {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
  readonly config: { readonly connectionLimit: number };
}

function readerOfMysql(pool: object): (() => ConnectionCounts) | undefined {
  const lists = pool as MysqlLists;
  const read = () => {
    const idle = lists._freeConnections.length;
    return {
      used: lists._allConnections.length - idle,
      idle,
      max: lists.config.connectionLimit,
      pending: lists._connectionQueue.length,
    };
  };
  try {
    return Object.values(read()).every((counter) => Number.isFinite(counter)) ? read : undefined;
  } catch {
    return undefined;
  }
}
