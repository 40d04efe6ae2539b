import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Range, Row } from './cold-tier.ts';
import { columnsOf, TABLE_NAMES, type Table } from './tables.ts';

/** What one offload moved, and how far the table is complete now. */
export interface Moved {
  readonly rows: number;
  readonly completeUntil: Date | undefined;
}

/** How many rows are fetched at a time. */
const FETCH_ROWS = 5_000;

/** Where the example keeps its tables, apart from whatever else a real database holds. */
const SCHEMA = 'offload_example';

/** Postgres's bigint as a JavaScript bigint; everything else as the driver reads it. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
} as pg.CustomTypesConfig;

/** Opens connections as they are needed; a database that cannot be reached shows at the first query. */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    options: `-c search_path=${SCHEMA}`,
    connectionTimeoutMillis: 5_000,
    application_name: 'iceberg-scheduler',
    types,
  });
  // A connection that breaks tells its pool while it is idle, and itself while somebody has it, between two queries too; without a listener either
  // would end the process. What was asked of it fails, and it is replaced at its next use.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * The database that the rows come from, and the place of the watermarks.
 *
 * Every row carries the id of the transaction that wrote it. An offload reads the transactions from the watermark up to the oldest one still
 * running, so a transaction that commits late, with older ids and times than what was read before it, is neither lost nor read twice.
 */
export class HotStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Creates what is missing of the schema. */
  async prepare(): Promise<void> {
    const tables = TABLE_NAMES.map(
      (table) => `
        create table if not exists ${table} (
          transaction_id xid8 not null default pg_current_xact_id(),
          ${columnsOf(table)
            .map(({ name, sql }) => `${name} ${sql}`)
            .join(', ')}
        );
        create index if not exists ${table}_transaction_id on ${table} (transaction_id);
        insert into watermarks (table_name, next_transaction) values ('${table}', '0') on conflict do nothing;`,
    );
    await this.#pool.query(`
      create schema if not exists ${SCHEMA};
      create table if not exists watermarks (
        table_name text primary key,
        next_transaction xid8 not null,
        complete_until timestamptz
      );
      ${tables.join('')}`);
  }

  /** Answers when the database does. */
  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  /** The time up to which a table is complete in the cold tier, as the database keeps it; `undefined` before its first offload. */
  async watermark(table: Table): Promise<Date | undefined> {
    const { rows } = await this.#pool.query('select complete_until from watermarks where table_name = $1', [
      table,
    ]);
    return rows[0]?.complete_until ?? undefined;
  }

  /** The same for all tables at once. */
  async watermarks(): Promise<Partial<Record<Table, Date>>> {
    const { rows } = await this.#pool.query(
      'select table_name, complete_until from watermarks where complete_until is not null',
    );
    return Object.fromEntries(rows.map(({ table_name, complete_until }) => [table_name, complete_until]));
  }

  /**
   * Hands the rows that are new since the watermark to `write`, then moves the watermark: one transaction, which ends only after `write` did,
   * so a watermark never covers rows that are not in the cold tier. Aborting `signal` cancels the running statement and rolls back.
   */
  async offload(
    table: Table,
    signal: AbortSignal,
    write: (range: Range, rows: AsyncIterable<Row>) => Promise<number>,
  ): Promise<Moved> {
    return this.#transaction(signal, async (client) => {
      await this.lock(client, table);
      const { range, completeUntil } = await nextRange(client, table);
      const rows = await write(range, this.read(client, table, range, signal));
      signal.throwIfAborted();
      return { rows, completeUntil: await this.advance(client, table, range.to, completeUntil) };
    });
  }

  /**
   * Keeps a second scheduler off the table until the transaction ends. An advisory lock, because waiting for a row lock would hold a
   * transaction id, and with it back what every other table may read.
   */
  protected async lock(client: pg.PoolClient, table: Table): Promise<void> {
    await client.query(`select pg_advisory_xact_lock(hashtext($1))`, [lockName(table)]);
  }

  protected async *read(
    client: pg.PoolClient,
    table: Table,
    { from, to }: Range,
    signal: AbortSignal,
  ): AsyncGenerator<Row> {
    const columns = columnsOf(table).map(({ name, read }) => (read ? `${read} as ${name}` : name));
    const cursor = client.query(
      new Cursor<Row>(
        `select ${columns.join(', ')} from ${table} where transaction_id >= $1::text::xid8 and transaction_id < $2::text::xid8`,
        [String(from), String(to)],
        { types },
      ),
    );
    let failed = false;
    cursor.on('error', () => {
      failed = true;
    });
    try {
      while (true) {
        const batch = await whileConnected(client, cursor.read(FETCH_ROWS));
        if (batch === undefined) throw new Error('the connection ended while rows were read');
        if (batch.length === 0) break;
        signal.throwIfAborted();
        yield* batch;
      }
    } finally {
      // What has failed is closed, and may have no connection any more that would say so.
      if (!failed) await whileConnected(client, cursor.close());
    }
  }

  /** Moves the watermark; returns the time that it names now. */
  protected async advance(
    client: pg.PoolClient,
    table: Table,
    nextTransaction: bigint,
    completeUntil: Date,
  ): Promise<Date | undefined> {
    await client.query(
      'update watermarks set next_transaction = $2::text::xid8, complete_until = $3 where table_name = $1',
      [table, String(nextTransaction), completeUntil],
    );
    return completeUntil;
  }

  async #transaction<T>(signal: AbortSignal, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let pid: unknown;
    const cancel = () => void this.#pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
    try {
      pid = (await client.query('select pg_backend_pid() as pid')).rows[0].pid;
      signal.addEventListener('abort', cancel, { once: true });
      signal.throwIfAborted();
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      // A cancelled connection is not used again: the cancellation could still be on its way.
      client.release(signal.aborted);
    }
  }
}

/**
 * What a cursor answers; undefined when the connection ends first. Then it may answer never: between its last rows and the word that they were the last it
 * takes itself for done, and hears of no error.
 */
async function whileConnected<T>(client: pg.PoolClient, answer: Promise<T>): Promise<T | undefined> {
  let lost: () => void = () => {};
  const end = new Promise<undefined>((resolve) => {
    lost = () => resolve(undefined);
    client.once('end', lost);
  });
  return Promise.race([answer, end]).finally(() => client.off('end', lost));
}

export const lockName = (table: Table): string => `${SCHEMA}.${table}`;

/**
 * From the watermark to the oldest transaction that still runs, and the time up to which that makes the table complete: when that one began, or now.
 * The time is read before the transactions, so that one which ends in between is counted as running. (A role that may not see the activity
 * of others needs `pg_read_all_stats`.)
 */
async function nextRange(
  client: pg.PoolClient,
  table: Table,
): Promise<{ readonly range: Range; readonly completeUntil: Date }> {
  const time = await client.query(
    `select least(statement_timestamp(), min(xact_start)) as complete_until from pg_stat_activity where backend_xid is not null`,
  );
  const transactions = await client.query(
    `select next_transaction::text as "from", pg_snapshot_xmin(pg_current_snapshot())::text as "to"
     from watermarks where table_name = $1`,
    [table],
  );
  const { from, to } = transactions.rows[0];
  return { range: { from: BigInt(from), to: BigInt(to) }, completeUntil: time.rows[0].complete_until };
}
