import type { Database, SqlDriver } from './database.ts';
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
  const session = {
    begin: async () => {},
    query: async (...given: Parameters<SqlDriver['query']>) => driver.query(...given),
    end: async () => {},
    tryLock: async () => true,
    close: () => {},
  };
  return { pool: driver, elects: false, open: async () => session };
}
