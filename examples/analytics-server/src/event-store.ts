import pg from 'pg';
import type { Tool, ToolEvent } from './events.ts';

const SCHEMA = 'analytics_example';

/** What is answered about a tool. */
export interface ToolStats {
  readonly tool: Tool;
  readonly uses: number;
  readonly failures: number;
  readonly meanMs: number;
  /** Up to when it was counted. */
  readonly countedUntil: Date;
}

/** The kinds of errors that the queue declares. */
export type WriteErrorType = 'database_insert' | 'aggregation_update';

/** What went wrong with a batch, and with which half of it. Nothing of the batch was written. */
export class WriteError extends Error {
  readonly errorType: WriteErrorType;

  constructor(errorType: WriteErrorType, cause: unknown) {
    super(`${errorType} failed`, { cause });
    this.errorType = errorType;
  }
}

/** Opens a pool on the example's own schema. Whoever finds no connection waits for five seconds. */
export function openPool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 5_000,
    options: `-c search_path=${SCHEMA}`,
  });
  // A connection that breaks tells its pool while it is idle, and itself while somebody has it; without a listener either would end the process.
  // It is replaced; the next query says what is wrong.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** What a row may not be (SQLSTATE class 23): no later attempt would make it one. */
const isRefused = (error: unknown) => /^23/.test(String((error as { code?: unknown }).code));

/** The events, what was counted of them by minute, and the summary of it by tool. */
export class EventStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async prepare(): Promise<void> {
    await this.#pool.query(`
      create schema if not exists ${SCHEMA};
      create table if not exists events (
        id uuid primary key, tool text not null, version text not null, duration_ms int not null, ok boolean not null,
        received_at timestamptz not null default now());
      create table if not exists refused_events (event jsonb not null, reason text not null, at timestamptz not null default now());
      create table if not exists tool_minutes (
        tool text, minute timestamptz, uses bigint not null, failures bigint not null, duration_ms bigint not null, primary key (tool, minute));
      create table if not exists tool_summaries (
        tool text primary key, uses bigint not null, failures bigint not null, duration_ms bigint not null, counted_until timestamptz not null);
      create or replace view tool_stats as select * from tool_summaries`);
  }

  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  /**
   * Writes a batch and counts it, all in one transaction; an event that is there already changes nothing. Gives how many events were refused, which are kept apart for somebody to look at.
   * @throws WriteError when nothing was written, and the batch may be tried again
   */
  async write(events: readonly ToolEvent[]): Promise<number> {
    try {
      await this.#transaction((client) => this.#insert(client, events));
      return 0;
    } catch (error) {
      if (!(error instanceof WriteError) || !isRefused(error.cause)) throw error;
    }
    // One bad row refuses its whole statement, so they are written one by one.
    let refused = 0;
    for (const event of events)
      await this.#transaction((client) => this.#insert(client, [event])).catch(async (error) => {
        if (!isRefused(error.cause)) throw error;
        refused++;
        await this.#pool.query('insert into refused_events (event, reason) values ($1, $2)', [
          JSON.stringify(event),
          String((error.cause as Error).message),
        ]);
      });
    return refused;
  }

  async #insert(client: pg.PoolClient, events: readonly ToolEvent[]): Promise<void> {
    const column = <K extends keyof ToolEvent>(name: K) => events.map((event) => event[name]);
    const { rows } = await client
      .query(
        `insert into events (id, tool, version, duration_ms, ok)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::boolean[]) on conflict (id) do nothing returning id`,
        [column('id'), column('tool'), column('version'), column('durationMs'), column('ok')],
      )
      .catch((error) => {
        throw new WriteError('database_insert', error);
      });
    await client
      .query(
        `insert into tool_minutes as known (tool, minute, uses, failures, duration_ms)
         select tool, date_trunc('minute', received_at), count(*), count(*) filter (where not ok), sum(duration_ms)
         from events where id = any($1) group by 1, 2 order by 1, 2
         on conflict (tool, minute) do update set uses = known.uses + excluded.uses, failures = known.failures + excluded.failures,
           duration_ms = known.duration_ms + excluded.duration_ms`,
        [rows.map(({ id }) => id)],
      )
      .catch((error) => {
        throw new WriteError('aggregation_update', error);
      });
  }

  async #transaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect().catch((error) => {
      throw new WriteError('database_insert', error);
    });
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
      client.release();
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error instanceof WriteError ? error : new WriteError('database_insert', error);
    }
  }

  /** Sums up what was counted by minute. */
  async summarise(): Promise<void> {
    await this.#pool.query(`
      insert into tool_summaries (tool, uses, failures, duration_ms, counted_until)
      select tool, sum(uses), sum(failures), sum(duration_ms), now() from tool_minutes group by tool order by tool
      on conflict (tool) do update set uses = excluded.uses, failures = excluded.failures, duration_ms = excluded.duration_ms,
        counted_until = excluded.counted_until`);
  }

  /** What is known of a tool; undefined while nothing is. */
  async stats(tool: Tool): Promise<ToolStats | undefined> {
    const { rows } = await this.#pool.query(
      `select uses::int as uses, failures::int as failures, duration_ms::float8 as "durationMs", counted_until as "countedUntil"
       from tool_stats where tool = $1`,
      [tool],
    );
    if (rows.length === 0) return undefined;
    const { uses, failures, durationMs, countedUntil } = rows[0];
    return { tool, uses, failures, meanMs: durationMs / uses, countedUntil };
  }
}
