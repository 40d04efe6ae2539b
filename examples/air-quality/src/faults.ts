import type { DatabaseLink } from '@sightglass/example-analytics-server/database-link';
import {
  type Dataset,
  declareDataset,
  type QualityCheckResult,
  type SqlCollector,
} from '@sightglass/pipeline';
import type pg from 'pg';
import type { Measurement } from './measurements.ts';

/** What can be broken while the example runs, and how. */
export const FAULTS = {
  'bad-measurements': 'a `share` of the measurements is below 0',
  'high-measurements': 'a `share` of the measurements is far above what is usual',
  'missing-stations': 'a `share` of the measurements does not come',
  'nothing-comes': 'no measurement comes, and the run succeeds',
  'broken-checks': 'the suites can not be evaluated',
  'no-checks': 'the suites are not run',
  'failing-load': 'the task that loads gold throws',
  'changed-column': 'gold has a column more',
  'empty-gold': 'gold is emptied, and no measurement comes',
  'unreadable-views': 'the views of two data sets are not there; of one nobody ever knew how new it is',
  disabled: 'a person disables gold and the collector',
  'database-down': 'the way to the database is cut',
  'database-frozen': 'the way to the database is open and nothing comes through it',
  'connections-ended': 'the server ends every connection, as a restart does',
  failover: 'the way leads to another server (STANDBY_DATABASE_URL), which has nothing yet',
  'slow-query': 'the newest measurement is found after `seconds`',
  'broken-query': 'the view of the scores divides by zero',
  'locked-gold': 'another connection locks gold, and does not give it back',
  'lock-taken': 'somebody else has the lock of the collector: all replicas stand by',
  crash: 'the process is killed',
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultOptions {
  /** For `bad-measurements` and `missing-stations`. Default 0.3. */
  readonly share: number;
  /** For `slow-query`. Default 1. */
  readonly seconds: number;
}

/** What the pipeline asks before it does something, so that faults of the world outside can happen. */
export class Broken {
  readonly #active = new Map<FaultName, FaultOptions>();

  get active(): ReadonlyMap<FaultName, FaultOptions> {
    return this.#active;
  }

  set(name: FaultName, options: FaultOptions): void {
    this.#active.set(name, options);
  }

  end(name: FaultName): void {
    this.#active.delete(name);
  }

  /** What the stations send. */
  sent(measurements: readonly Measurement[]): readonly Measurement[] {
    if (['nothing-comes', 'empty-gold'].some((name) => this.#active.has(name as FaultName))) return [];
    const missing = this.#active.get('missing-stations')?.share ?? 0;
    const came = measurements.slice(Math.round(missing * measurements.length));
    const bad = (this.#active.get('bad-measurements')?.share ?? 0) * came.length;
    const high = (this.#active.get('high-measurements')?.share ?? 0) * came.length;
    return came.map((each, at) =>
      at < bad ? { ...each, value: -1 } : at < high ? { ...each, value: 450 } : each,
    );
  }

  /** Throws while that is broken. */
  refuse(name: FaultName): void {
    if (this.#active.has(name)) throw new Error(`${name}: of the example`);
  }

  /** Tells how a suite ended, unless it is not run. */
  check(dataset: Dataset, suite: string, result: Omit<QualityCheckResult, 'suite'>): void {
    if (this.#active.has('no-checks')) return;
    if (this.#active.has('broken-checks')) dataset.checked({ suite, error: new Error('of the example') });
    else dataset.checked({ suite, ...result });
  }
}

/** What the faults strike. */
export interface FaultParts {
  readonly broken: Broken;
  /** Reaches the database whatever is cut. */
  readonly admin: pg.Pool;
  readonly link: DatabaseLink;
  readonly databaseUrl: string;
  readonly standbyUrl: string | undefined;
  readonly gold: Dataset;
  readonly collector: SqlCollector;
  readonly freshnessObjectiveSeconds: number;
}

const TABLE = 'facts.fact_air_quality_measurements';
const NEWEST = 'create or replace view facts.newest as select max(measurement_timestamp) as newest from';

/** The faults that are active. A process begins without any. */
export class Faults {
  readonly #parts: FaultParts;
  readonly #ends = new Map<FaultName, () => unknown>();

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  list() {
    return Object.fromEntries(this.#parts.broken.active);
  }

  async inject(name: FaultName, options: FaultOptions): Promise<void> {
    await this.repair(name);
    this.#parts.broken.set(name, options);
    this.#ends.set(name, await this.#begin(name, options));
  }

  /** Mends one fault, or all, the last one first. */
  async repair(name?: FaultName): Promise<void> {
    for (const active of name === undefined ? [...this.#ends.keys()].reverse() : [name]) {
      const end = this.#ends.get(active);
      this.#ends.delete(active);
      this.#parts.broken.end(active);
      await end?.();
    }
  }

  /** Makes the fault happen; returns what ends it. */
  async #begin(name: FaultName, { seconds }: FaultOptions): Promise<() => unknown> {
    const { admin, link, gold, collector, databaseUrl, standbyUrl } = this.#parts;
    switch (name) {
      case 'changed-column':
        await admin.query(`alter table ${TABLE} add column if not exists unit text`);
        return () => admin.query(`alter table ${TABLE} drop column unit`);
      case 'empty-gold':
        await admin.query(`truncate ${TABLE}`);
        return () => {};
      case 'unreadable-views':
        return this.#dropViews();
      case 'disabled':
        gold.disable();
        collector.disable();
        return () => {
          gold.enable();
          collector.enable();
        };
      case 'database-down':
        await link.cut();
        return () => link.mend();
      case 'database-frozen':
        link.freeze();
        return () => link.thaw();
      case 'connections-ended':
        await admin.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = $1',
          ['client backend'],
        );
        return () => {};
      case 'failover':
        link.lead(standbyUrl ?? databaseUrl);
        return () => link.lead(databaseUrl);
      case 'slow-query':
        await admin.query(`${NEWEST} ${TABLE}, pg_sleep(${seconds})`);
        return () => admin.query(`${NEWEST} ${TABLE}`);
      case 'broken-query': {
        const { rows } = await admin.query("select pg_get_viewdef('facts.scores') as text");
        await admin.query(
          "create or replace view facts.scores as select 'gold' as layer, (1 / (random() * 0)::int)::float8 as value",
        );
        return () => admin.query(`create or replace view facts.scores as ${rows[0].text}`);
      }
      case 'locked-gold':
        return this.#hold(`begin; lock table ${TABLE}`);
      case 'lock-taken': {
        const end = await this.#hold(
          "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 1936157811; select pg_advisory_lock(1936157811, hashtext('warehouse'))",
        );
        return end;
      }
      case 'crash':
        // Later than the answer to whoever asked for it.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);
        return () => {};
      default:
        return () => {};
    }
  }

  /** Data sets that are read through a view each: of stations a load has told how new they are, of sensors nobody ever has. */
  async #dropViews(): Promise<() => Promise<void>> {
    const { admin, freshnessObjectiveSeconds } = this.#parts;
    const views = { sensors: 'facts.sensors_newest', stations: 'facts.stations_newest' } as const;
    for (const view of Object.values(views)) await admin.query(`drop view if exists ${view}`);
    const declare = (name: keyof typeof views) =>
      declareDataset({
        name,
        layer: 'gold',
        freshnessObjectiveSeconds,
        newest: async () => (await admin.query(`select newest from ${views[name]}`)).rows[0].newest,
      });
    declare('sensors');
    declare('stations').fresh(new Date());
    return async () => {
      for (const view of Object.values(views))
        await admin.query(`create view ${view} as select now() as newest`);
    };
  }

  async #hold(statement: string): Promise<() => void> {
    const client = await this.#parts.admin.connect();
    await client.query(statement).catch((error) => {
      client.release(true);
      throw error;
    });
    return () => client.release(true);
  }
}
