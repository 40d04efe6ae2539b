import type { Database, Row, Session } from './database.ts';

/** The part of a `DatabaseSync` of `node:sqlite` that is used; one of better-sqlite3 has it too. */
export interface SqliteLike {
  exec(sql: string): unknown;
  prepare(sql: string): { all(...values: never[]): unknown[] };
}

export const isSqlite = (pool: object): pool is SqliteLike =>
  'prepare' in pool &&
  typeof pool.prepare === 'function' &&
  'exec' in pool &&
  typeof pool.exec === 'function';

/**
 * A database of SQLite in this process. Its queries run on the event loop, and nothing can end one that takes long: give them an index. They can't write, and wait for no lock; all that is
 * set for one is put back before anything else runs.
 */
export function sqliteOf(database: SqliteLike): Database {
  const pragma = (name: string): number => {
    const [row] = database.prepare(`PRAGMA ${name}`).all() as Row[];
    return Number(Object.values(row ?? {})[0] ?? 0);
  };
  const session: Session = {
    begin: async () => {},
    async query(sql, values) {
      const wasReadOnly = pragma('query_only');
      const waited = pragma('busy_timeout');
      database.exec('PRAGMA query_only = 1; PRAGMA busy_timeout = 0');
      try {
        return database.prepare(sql).all(...(values as never[])) as Row[];
      } finally {
        database.exec(`PRAGMA query_only = ${wasReadOnly}; PRAGMA busy_timeout = ${waited}`);
      }
    },
    end: async () => {},
    tryLock: async () => true,
    close: () => {},
  };
  return { pool: database, elects: false, open: async () => session };
}
