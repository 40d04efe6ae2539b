import pg from 'pg';
import type { ModelPrice } from './provider-client.ts';

const SCHEMA = 'pricing_example';

/** What the database knows of one provider. */
export interface ProviderSummary {
  readonly provider: string;
  readonly models: number;
  readonly updatedAt: Date;
}

/** Opens a pool on the example's own schema. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 5, options: `-c search_path=${SCHEMA}` });
  // A connection that breaks tells its pool while it is idle, and itself while somebody has it; without a listener either would end the process.
  // It is replaced; the next query says what is wrong.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** The prices, and when what was last synced. */
export class PriceStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async prepare(): Promise<void> {
    await this.#pool.query(`
      create schema if not exists ${SCHEMA};
      create table if not exists model_prices (
        provider text, model text, prompt_price numeric not null, completion_price numeric not null, updated_at timestamptz not null,
        primary key (provider, model));
      create table if not exists successes (what text primary key, at timestamptz not null);
      create or replace view price_summary as
        select provider, count(*)::int as models, max(updated_at) as updated_at from model_prices group by provider`);
  }

  /** Writes a page of prices, all or none. Broken off when the signal is aborted. */
  async upsert(provider: string, prices: readonly ModelPrice[], signal: AbortSignal): Promise<void> {
    const client = await this.#pool.connect();
    if (signal.aborted) {
      client.release();
      throw signal.reason;
    }
    // What waits for a lock does not hear anything else.
    const breakOff = () => client.release(true);
    signal.addEventListener('abort', breakOff, { once: true });
    try {
      await client.query(
        `insert into model_prices (provider, model, prompt_price, completion_price, updated_at)
         select $1, model, prompt, completion, now() from unnest($2::text[], $3::numeric[], $4::numeric[]) as page (model, prompt, completion)
         on conflict (provider, model) do update set prompt_price = excluded.prompt_price, completion_price = excluded.completion_price,
           updated_at = excluded.updated_at`,
        [
          provider,
          prices.map(({ model }) => model),
          prices.map(({ prompt }) => prompt),
          prices.map(({ completion }) => completion),
        ],
      );
    } finally {
      signal.removeEventListener('abort', breakOff);
      if (!signal.aborted) client.release();
    }
  }

  /** Notes that a provider, or without one the whole run, was synced just now. */
  async succeeded(provider?: string): Promise<void> {
    const sql = 'insert into successes values ($1, now()) on conflict (what) do update set at = excluded.at';
    await this.#pool.query(sql, [keyOf(provider)]);
  }

  async lastSuccess(provider?: string): Promise<Date | undefined> {
    const { rows } = await this.#pool.query('select at from successes where what = $1', [keyOf(provider)]);
    return rows[0]?.at;
  }

  async summary(): Promise<ProviderSummary[]> {
    const { rows } = await this.#pool.query(
      'select provider, models, updated_at as "updatedAt" from price_summary order by provider',
    );
    return rows;
  }

  async prices(provider: string): Promise<ModelPrice[]> {
    const { rows } = await this.#pool.query(
      'select model, prompt_price as prompt, completion_price as completion from model_prices where provider = $1 order by model',
      [provider],
    );
    return rows;
  }

  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }
}

const keyOf = (provider: string | undefined) => (provider === undefined ? 'run' : `provider ${provider}`);
