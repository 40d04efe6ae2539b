import type { Database, SqlDriver } from './database.ts';
import { PollError } from './errors.ts';
import { isMysqlPool, type MysqlPoolLike, mysqlOf } from './mysql.ts';
import { isPgPool, type PgPoolLike, postgresOf } from './postgres.ts';
import { isSqlite, type SqliteLike, sqliteOf } from './sqlite.ts';

/** Where a collector reads: a pool of pg or mysql2, a database of SQLite, or any driver by one method. */
export type SqlPool = PgPoolLike | MysqlPoolLike | SqliteLike | SqlDriver;

/** The adapter of what the host gave; undefined for what is none of these. Throws what a getter of it throws. */
export function databaseOf(pool: unknown): Database | undefined {
  if (typeof pool !== 'object' || pool === null) return undefined;
  if (isMysqlPool(pool)) return mysqlOf(pool);
  if (isPgPool(pool)) return postgresOf(pool);
  if (isSqlite(pool)) return sqliteOf(pool);
  // A single client of a driver has both: it can't come back when its connection is lost.
  if (!('query' in pool) || typeof pool.query !== 'function' || 'connect' in pool) return undefined;
  return driverOf(pool as SqlDriver);
}

function driverOf(driver: SqlDriver): Database {
  // Queries that nobody waits for any more, and that the driver has not ended though their signal was aborted.
  let left = 0;
  const session = {
    begin: async () => {},
    // Such a one still has what it runs on: another beside it would take more of that at each poll.
    query: async (...[sql, values, limits]: Parameters<SqlDriver['query']>) => {
      if (left > 0) throw new PollError('timeout', 'the driver has not ended the query before this one');
      const { signal } = limits;
      const leave = () => void left++;
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await driver.query(sql, values, limits);
      } finally {
        if (signal.aborted) left--;
        else signal.removeEventListener('abort', leave);
      }
    },
    end: async () => {},
    tryLock: async () => true,
    close: () => {},
  };
  return { pool: driver, elects: false, open: async () => session };
}
