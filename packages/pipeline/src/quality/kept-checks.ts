import { DeclarationError, log } from '@sightglass/core';
import { outliveIdle, processStore, sharedInProcess, withinSeconds } from '@sightglass/core/authors';
import type { KeptCheck } from './check.ts';
import { keptText } from './failures.ts';
import { datasetCheckRows } from './metrics.ts';

/** What rows are written through: a pool of `pg`, or anything with its `query`. */
export interface QueryPort {
  query(text: string, values: unknown[]): unknown;
}

/** What {@link keepQualityChecks} takes. */
export interface KeepQualityChecksOptions {
  /** A pool of `pg`, or anything that has its `query(text, values)`. */
  readonly pool: QueryPort;
  /** The table, with its schema where it has one. Default `data_quality_metrics`, which reference system 001 has. */
  readonly table?: string;
  /** Runs that wait for the database at most; further ones are dropped and counted. Default 1,000. */
  readonly capacity?: number;
  /** How long a row may take, in seconds. Default 10. The next one is not written before the database has answered, however late. */
  readonly timeoutSeconds?: number;
}

const TABLE = 'data_quality_metrics';

/** The table as `keepQualityChecks` writes it, for Postgres. The first five columns are those of reference system 001, so its panels and queries read both. Throws a `DeclarationError` for a name that is none. */
export const qualityChecksTable = (table = TABLE): string => `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  layer text NOT NULL,
  suite_name text NOT NULL,
  success_rate double precision,
  failed_expectations integer NOT NULL,
  execution_timestamp timestamptz NOT NULL,
  dataset text NOT NULL,
  status text NOT NULL,
  evaluated_expectations integer,
  warned_expectations integer NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (dataset, layer, suite_name, execution_timestamp)
)`;

/** A name that is none can't get out of its quotes. */
function quoted(table: string): string {
  if (typeof table !== 'string' || table === '')
    throw new DeclarationError('The table of quality checks', ['its name must be a non-empty string']);
  return table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

interface Keeper {
  readonly pool: QueryPort;
  readonly insert: string;
  readonly capacity: number;
  readonly timeoutSeconds: number;
  readonly waiting: KeptCheck[];
  isWriting: boolean;
  isFailing: boolean;
}

const kept = () =>
  sharedInProcess('@sightglass/pipeline/kept-checks/1', () => ({
    keeper: undefined as Keeper | undefined,
  }));

/**
 * Keeps each run of a suite that is recorded from now on in a table, with the expectations that failed. One row is written after another, beside the host's work: a database that is slow or
 * gone blocks and throws nothing, and what became of the rows is counted. The table is the host's to create, as {@link qualityChecksTable} says. Returns the function that ends it. Never throws.
 * @example
 * await pool.query(qualityChecksTable());
 * keepQualityChecks({ pool });
 */
export function keepQualityChecks(options: KeepQualityChecksOptions): () => void {
  try {
    const { pool, table = TABLE, capacity = 1_000, timeoutSeconds = 10 } = options;
    if (typeof pool?.query !== 'function') throw new TypeError();
    const keeper: Keeper = {
      pool,
      insert: `INSERT INTO ${quoted(table)} (layer, suite_name, success_rate, failed_expectations, execution_timestamp, dataset, status, evaluated_expectations, warned_expectations, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
      capacity,
      timeoutSeconds,
      waiting: [],
      isWriting: false,
      isFailing: false,
    };
    processStore().counter(datasetCheckRows);
    outliveIdle(pool);
    kept().keeper = keeper;
    return () => {
      if (kept().keeper === keeper) kept().keeper = undefined;
    };
  } catch {
    processStore().refused(datasetCheckRows.descriptor.name);
    return () => {};
  }
}

/** Hands a run over to the table, where there is one. */
export function keepCheck(check: KeptCheck): void {
  const { keeper } = kept();
  if (keeper === undefined) return;
  if (!(keeper.waiting.length < keeper.capacity)) {
    processStore().counter(datasetCheckRows).add(1, { outcome: 'dropped' });
    return;
  }
  keeper.waiting.push(check);
  if (!keeper.isWriting) void write(keeper);
}

async function write(keeper: Keeper): Promise<void> {
  keeper.isWriting = true;
  for (let check = keeper.waiting.shift(); check !== undefined; check = keeper.waiting.shift()) {
    let asked: Promise<unknown> | undefined;
    try {
      const values = rowOf(check);
      asked = (async () => keeper.pool.query(keeper.insert, values))();
      await withinSeconds(keeper.timeoutSeconds, () => asked);
      processStore().counter(datasetCheckRows).add(1, { outcome: 'written' });
      keeper.isFailing = false;
    } catch (err) {
      processStore().counter(datasetCheckRows).add(1, { outcome: 'failed' });
      // Once, and not for each row that a database which is down refuses.
      if (!keeper.isFailing) log().warn({ err }, 'a data quality check could not be kept in the table');
      keeper.isFailing = true;
      // One that nobody waits for any more still has its connection: another one beside it would take the host's, one by one.
      await asked?.catch(() => {});
    }
  }
  keeper.isWriting = false;
}

const rowOf = (check: KeptCheck): unknown[] => [
  keptText(check.layer),
  keptText(check.suite),
  check.scoreRatio === undefined ? null : 100 * check.scoreRatio,
  check.failed,
  check.at,
  keptText(check.dataset),
  check.status,
  check.evaluated ?? null,
  check.warned,
  JSON.stringify(check.failures),
];
