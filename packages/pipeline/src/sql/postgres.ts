import { outliveIdle } from '@sightglass/core/authors';
import type { Database, Row, Session } from './database.ts';
import { PollError } from './errors.ts';

/** The part of a pool of `pg` that is used. */
export interface PgPoolLike {
  readonly totalCount: number;
  connect(): Promise<PgClientLike>;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  listenerCount?(event: 'error'): number;
}

interface PgQuery {
  readonly text: string;
  readonly values: unknown[];
  /** Since `pg` 8.12; older ones take a text without values the simple way. */
  readonly queryMode: 'extended';
}

/** The part of a client of `pg` that is used. */
export interface PgClientLike {
  query(query: string | PgQuery, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
  release(error?: boolean): void;
  ref?(): void;
  unref?(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

export const isPgPool = (pool: object): pool is PgPoolLike =>
  'totalCount' in pool && 'connect' in pool && typeof pool.connect === 'function';

/** Locks of ours are told from those of others by this number, the letters "sgls". */
const OURS = 0x73676c73;

/** As a setting of Postgres, which is an integer of 32 bits. */
const milliseconds = (seconds: number) => Math.min(Math.max(1, Math.round(seconds * 1000)), 2 ** 31 - 1);

/** A pool of `pg`. Everything of a poll is in one transaction that only reads, whose settings end with it, so that it is the same behind a pooler. */
export function postgresOf(pool: PgPoolLike): Database {
  const open = async () => {
    outliveIdle(pool);
    return sessionOf(await pool.connect());
  };
  return { pool, elects: true, open };
}

function sessionOf(client: PgClientLike): Session {
  // Between two polls nobody waits for the connection, and what it dies of must not end the process.
  const ignore = () => {};
  client.on('error', ignore);
  // A poll keeps no process alive, and neither does the connection of one that is elected.
  client.unref?.();
  let isLeader = false;
  return {
    async begin({ timeoutSeconds, lockTimeoutSeconds }) {
      await client.query(
        `BEGIN READ ONLY; SET LOCAL statement_timeout = ${milliseconds(timeoutSeconds)}; ` +
          `SET LOCAL lock_timeout = ${milliseconds(lockTimeoutSeconds)}; ` +
          `SET LOCAL idle_in_transaction_session_timeout = ${milliseconds(10 * timeoutSeconds)}`,
      );
    },
    async query(sql, values) {
      await client.query('SAVEPOINT sightglass');
      try {
        // On the way of prepared statements Postgres takes one statement: none can end the transaction and go on behind it.
        const { rows } = await client.query({ text: sql, values: [...values], queryMode: 'extended' });
        await client.query('RELEASE SAVEPOINT sightglass');
        return rows as Row[];
      } catch (error) {
        // What the query was in the middle of is undone; on a connection that is lost this fails as well, and the next query says so.
        await client.query('ROLLBACK TO SAVEPOINT sightglass').catch(ignore);
        throw fromServer(error)
          ? error
          : new PollError('connection', 'the connection was lost', { cause: error });
      }
    },
    end: async () => void (await client.query('COMMIT')),
    async tryLock(name) {
      if (!isLeader) {
        const text = 'SELECT pg_try_advisory_lock($1, hashtext($2)) AS has';
        const { rows } = await client.query(text, [OURS, name]);
        isLeader = (rows[0] as Row | undefined)?.has === true;
      }
      return isLeader;
    },
    close(isBroken) {
      try {
        client.ref?.();
        client.off('error', ignore);
        // A lock of a session lives as long as it does: one that goes back to the pool must have none.
        client.release(isBroken || isLeader);
      } catch {
        // It was given back already.
      }
    },
  };
}

/** What the server says has a code, and so has what the network does; what `pg` itself says of a connection that ended has none. */
const fromServer = (error: unknown): boolean =>
  typeof (error as { readonly code?: unknown } | undefined)?.code === 'string';
