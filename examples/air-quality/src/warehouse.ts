import { qualityChecksTable } from '@sightglass/pipeline';
import pg from 'pg';
import type { Measurement } from './measurements.ts';

/** Opens a pool. Whoever finds no connection waits for two seconds, and a query that is answered by nobody is given up after five. */
export function openPool(url: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    statement_timeout: 4_000,
    lock_timeout: 1_000,
  });
  pool.on('error', () => {});
  return pool;
}

/** Bronze as it came, silver as it may be used, gold as it is read: `facts.fact_air_quality_measurements`, as reference system 001 has it. */
const SCHEMA = `
create schema if not exists bronze;
create schema if not exists silver;
create schema if not exists facts;
create table if not exists bronze.measurements (id bigserial primary key, station text, pollutant text, value double precision, measured_at timestamptz, run timestamptz not null);
create index if not exists bronze_run on bronze.measurements (run);
create table if not exists silver.measurements (id bigint primary key, station text not null, pollutant text not null, value double precision not null, measured_at timestamptz not null, run timestamptz not null);
create index if not exists silver_run on silver.measurements (run);
create table if not exists facts.fact_air_quality_measurements (id bigint primary key, station text not null, pollutant text not null, value double precision not null, measurement_timestamp timestamptz not null, run timestamptz not null);
create index if not exists gold_run on facts.fact_air_quality_measurements (run);
create index if not exists gold_newest on facts.fact_air_quality_measurements (measurement_timestamp);
create or replace view facts.newest as select max(measurement_timestamp) as newest from facts.fact_air_quality_measurements;
create or replace view facts.scores as
  select layer, avg(success_rate) / 100 as value from data_quality_metrics where execution_timestamp > now() - interval '1 day' group by layer;
`;

/** What is in the three layers, and what takes it from one to the next. */
export class Warehouse {
  readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  /** Makes what is not there yet. Two processes that do so at once would meet, so one waits for the other. */
  async prepare(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('begin; select pg_advisory_xact_lock(1)');
      await client.query(`${qualityChecksTable()}; ${SCHEMA}`);
      await client.query('commit');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Puts what came into bronze, whatever it is. */
  async ingest(measurements: readonly Measurement[], run: Date): Promise<number> {
    if (measurements.length === 0) return 0;
    const { rowCount } = await this.pool.query(
      `insert into bronze.measurements (station, pollutant, value, measured_at, run)
       select station, pollutant, value, measured_at, $5 from unnest($1::text[], $2::text[], $3::float8[], $4::timestamptz[]) as t(station, pollutant, value, measured_at)`,
      [
        measurements.map(({ station }) => station),
        measurements.map(({ pollutant }) => pollutant),
        measurements.map(({ value }) => value),
        measurements.map(({ at }) => at),
        run,
      ],
    );
    return rowCount ?? 0;
  }

  /** Takes what is a measurement into silver: no concentration is below 0. */
  async clean(run: Date): Promise<number> {
    const { rowCount } = await this.pool.query(
      'insert into silver.measurements select id, station, pollutant, value, measured_at, run from bronze.measurements where run = $1 and value >= 0',
      [run],
    );
    return rowCount ?? 0;
  }

  /** Takes silver into gold. */
  async load(run: Date): Promise<number> {
    const { rowCount } = await this.pool.query(
      'insert into facts.fact_air_quality_measurements (id, station, pollutant, value, measurement_timestamp, run) select id, station, pollutant, value, measured_at, run from silver.measurements where run = $1',
      [run],
    );
    return rowCount ?? 0;
  }

  /** What a run left in bronze: how many there are, and how many of them are below 0 or unusually high; and the smallest and the largest value. */
  async inspect(
    run: Date,
  ): Promise<{ rows: number; negative: number; high: number; min: number | null; max: number | null }> {
    const { rows } = await this.pool.query(
      `select count(*)::int as rows, count(*) filter (where not value >= 0)::int as negative, count(*) filter (where value > 400)::int as high, min(value), max(value)
       from bronze.measurements where run = $1`,
      [run],
    );
    return rows[0];
  }

  /** The columns of gold and their types. */
  async columns(): Promise<Record<string, string>> {
    const { rows } = await this.pool.query(
      "select column_name, data_type from information_schema.columns where table_schema = 'facts' and table_name = 'fact_air_quality_measurements' order by 1",
    );
    return Object.fromEntries(rows.map(({ column_name, data_type }) => [column_name, data_type]));
  }

  /** What `/summary` answers: how many measurements there are, as the database estimates it, and the score of the last day, null where there is none. */
  async summary(): Promise<{ total_measurements: number; avg_quality_score: number | null }> {
    const { rows } = await this.pool.query(
      `select (select greatest(n_live_tup, 0)::float8 from pg_stat_user_tables where schemaname = 'facts' and relname = 'fact_air_quality_measurements') as total_measurements,
       (select avg(success_rate) from data_quality_metrics where execution_timestamp > now() - interval '1 day') as avg_quality_score`,
    );
    return rows[0];
  }
}
