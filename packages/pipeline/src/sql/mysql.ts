import { createHash } from 'node:crypto';
import type { Database, Row, Session } from './database.ts';

/** The part of a pool of `mysql2/promise` that is used; one of `mysql2` gives it by `promise()`. */
export interface MysqlPoolLike {
  getConnection(...args: never[]): unknown;
}

interface PromisePool {
  getConnection(): Promise<MysqlConnection>;
}

interface MysqlConnection {
  query(sql: string, values?: unknown[]): Promise<[unknown, unknown]>;
  release(): void;
  destroy(): void;
}

export const isMysqlPool = (pool: object): pool is MysqlPoolLike =>
  'getConnection' in pool && typeof pool.getConnection === 'function';

/** A lock has a name of 64 characters at most; two collectors whose long names begin alike are two. */
function lockName(collector: string): string {
  const name = `sightglass ${collector}`;
  return name.length <= 64
    ? name
    : `sightglass ${createHash('sha256').update(collector).digest('hex').slice(0, 48)}`;
}

/** A pool of `mysql2` or `mysql2/promise`, of MySQL or MariaDB. Their limits are of a connection and not of a transaction: they are set for the poll, and put back after it. */
export function mysqlOf(pool: MysqlPoolLike): Database {
  const own = pool as { readonly promise?: () => PromisePool };
  const promised = typeof own.promise === 'function' ? own.promise() : (pool as unknown as PromisePool);
  return { pool, elects: true, open: async () => sessionOf(await promised.getConnection()) };
}

function sessionOf(connection: MysqlConnection): Session {
  let limit: 'max_statement_time' | 'max_execution_time' | undefined;
  let readOnly = 'transaction_read_only';
  let isLeader = false;
  let isChanged = false;
  const rowsOf = async (sql: string, values?: unknown[]) =>
    (await connection.query(sql, values))[0] as readonly Row[];
  return {
    async begin({ timeoutSeconds, lockTimeoutSeconds }) {
      if (limit === undefined) {
        const [row] = await rowsOf('SELECT VERSION() AS version');
        const isMariadb = /mariadb/i.test(String(row?.version));
        limit = isMariadb ? 'max_statement_time' : 'max_execution_time';
        if (isMariadb) readOnly = 'tx_read_only';
      }
      // MariaDB counts in seconds, MySQL in milliseconds; locks are waited for in whole seconds by both.
      const most =
        limit === 'max_statement_time'
          ? Math.min(timeoutSeconds, 31_536_000)
          : Math.min(Math.max(1, Math.round(timeoutSeconds * 1000)), 2 ** 31 - 1);
      isChanged = true;
      await connection.query(
        `SET @sightglass_limit = @@SESSION.${limit}, @sightglass_lock = @@SESSION.lock_wait_timeout, @sightglass_read_only = @@SESSION.${readOnly}`,
      );
      await connection.query(
        // A pool that allows several statements in one could end the transaction: what begins behind it only reads as well.
        `SET SESSION ${limit} = ${most}, SESSION lock_wait_timeout = ${Math.min(Math.max(1, Math.ceil(lockTimeoutSeconds)), 31_536_000)}, SESSION ${readOnly} = 1`,
      );
      await connection.query('START TRANSACTION READ ONLY');
    },
    // A statement that fails leaves the transaction as it is.
    query: (sql, values) => rowsOf(sql, values.length === 0 ? undefined : [...values]),
    async end() {
      await connection.query('COMMIT');
      await connection.query(
        `SET SESSION ${limit} = @sightglass_limit, SESSION lock_wait_timeout = @sightglass_lock, SESSION ${readOnly} = @sightglass_read_only`,
      );
      isChanged = false;
    },
    async tryLock(name) {
      if (!isLeader) {
        const [row] = await rowsOf('SELECT GET_LOCK(?, 0) AS has', [lockName(name)]);
        isLeader = Number(row?.has) === 1;
      }
      return isLeader;
    },
    close(isBroken) {
      try {
        if (isBroken || isLeader || isChanged) connection.destroy();
        else connection.release();
      } catch {
        // It was given back already.
      }
    },
  };
}
