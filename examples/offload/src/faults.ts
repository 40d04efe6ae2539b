import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Range, Row } from './cold-tier.ts';
import { HotStore, lockName } from './hot-store.ts';
import { TABLE_NAMES, type Table } from './tables.ts';

/** What can be broken while the scheduler runs, and how. Each is a real fault of the database or the process, not a made-up error. */
export const FAULTS = {
  'failing-table': 'a column is renamed, so that copying the table ends in an SQL error',
  hang: 'another connection takes the lock of the table and does not give it back',
  'slow-cycle': 'the database sleeps for `seconds` before it hands out the rows of the table',
  'slow-throughput': 'the database takes its time: `rowsPerSecond` of every table',
  'stuck-watermark': 'the rows of the table move, its watermark does not',
  crash:
    'the process is killed: now, or with `at=before-watermark` when the next file is written and its watermark is not yet moved',
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultOptions {
  /** The table it strikes; `slow-throughput` and `crash` strike all. Default `trades`. */
  readonly table: Table;
  /** For `slow-cycle`. Default 20. */
  readonly seconds: number;
  /** For `slow-throughput`. Default 500. */
  readonly rowsPerSecond: number;
  /** For `crash`. Default `now`. */
  readonly at: 'now' | 'before-watermark';
}

/** The column that goes missing; the producer leaves it to its default, so new rows keep coming. */
const COLUMN = 'venue';
const RENAMED = 'market';

/** The faults that are active. A process begins without any. */
export class Faults {
  readonly #pool: pg.Pool;
  readonly #active = new Map<
    FaultName,
    { readonly options: FaultOptions; readonly end: () => Promise<void> }
  >();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Repairs what a former process was killed with. */
  async reset(): Promise<void> {
    for (const table of TABLE_NAMES) await this.#renameColumn(table, RENAMED, COLUMN);
  }

  /** The active faults. */
  list(): Partial<Record<FaultName, FaultOptions>> {
    return Object.fromEntries([...this.#active].map(([name, { options }]) => [name, options]));
  }

  /** How a fault is set for a table, or `undefined` when it is not active there. */
  at(name: FaultName, table: Table): FaultOptions | undefined {
    const options = this.#active.get(name)?.options;
    const everywhere = name === 'slow-throughput' || name === 'crash';
    return everywhere || options?.table === table ? options : undefined;
  }

  /** Breaks something; a fault that is already active is set anew. */
  async inject(name: FaultName, options: FaultOptions): Promise<void> {
    await this.repair(name);
    this.#active.set(name, { options, end: await this.#begin(name, options) });
  }

  /** Mends one fault, or all. */
  async repair(name?: FaultName): Promise<void> {
    for (const active of name === undefined ? [...this.#active.keys()] : [name]) {
      const end = this.#active.get(active)?.end;
      this.#active.delete(active);
      await end?.();
    }
  }

  /** Makes the fault happen; returns what ends it. */
  async #begin(name: FaultName, { table, at }: FaultOptions): Promise<() => Promise<void>> {
    if (name === 'failing-table') {
      await this.#renameColumn(table, COLUMN, RENAMED);
      return () => this.#renameColumn(table, RENAMED, COLUMN);
    }
    if (name === 'hang') {
      const client = await this.#pool.connect();
      await client.query('select pg_advisory_lock(hashtext($1))', [lockName(table)]).catch((error) => {
        client.release(true);
        throw error;
      });
      return async () => client.release(true);
    }
    // Later than the answer to whoever asked for it.
    if (name === 'crash' && at === 'now') setTimeout(die, 100);
    return async () => {};
  }

  async #renameColumn(table: Table, from: string, to: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      'select 1 from information_schema.columns where table_schema = current_schema and table_name = $1 and column_name = $2',
      [table, from],
    );
    if (rowCount) await this.#pool.query(`alter table ${table} rename column ${from} to ${to}`);
  }
}

/** The hot store with the faults that strike within an offload. */
export class FaultyHotStore extends HotStore {
  readonly #faults: Faults;

  constructor(pool: pg.Pool, faults: Faults) {
    super(pool);
    this.#faults = faults;
  }

  protected override async *read(
    client: pg.PoolClient,
    table: Table,
    range: Range,
    signal: AbortSignal,
  ): AsyncGenerator<Row> {
    const slowCycle = this.#faults.at('slow-cycle', table);
    if (slowCycle !== undefined) await client.query('select pg_sleep($1)', [slowCycle.seconds]);
    let rows = 0;
    for await (const row of super.read(client, table, range, signal)) {
      rows++;
      yield row;
    }
    const slow = this.#faults.at('slow-throughput', table);
    if (slow !== undefined) await client.query('select pg_sleep($1)', [rows / slow.rowsPerSecond]);
  }

  protected override async advance(
    client: pg.PoolClient,
    table: Table,
    nextTransaction: bigint,
    completeUntil: Date,
  ): Promise<Date | undefined> {
    if (this.#faults.at('crash', table) !== undefined) {
      die();
      await sleep(60_000);
    }
    if (this.#faults.at('stuck-watermark', table) !== undefined) return this.watermark(table);
    return super.advance(client, table, nextTransaction, completeUntil);
  }
}

/** The end of a process that runs out of memory or loses its machine: no handler runs. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
