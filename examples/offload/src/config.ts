import { join } from 'node:path';

/** The settings of the example, all of them from the environment. */
export interface Config {
  /** `DATABASE_URL`. Default: none, and a database of its own is started. */
  readonly databaseUrl: string | undefined;
  /** `COLD_TIER_DIR`: the folder of the Parquet files. Default: a temporary one beside the temporary database, else `.data/cold`. */
  readonly coldTierDir: string | undefined;
  /** `METRICS_PORT` on localhost. Default 8000. */
  readonly metricsPort: number;
  /** `CONTROL_PORT` on localhost, where faults are injected. Default: none, and no fault can be. */
  readonly controlPort: number | undefined;
  /** `INTERVAL_SECONDS` between the starts of two cycles. Default 900. */
  readonly intervalSeconds: number;
  /** `TABLE_TIMEOUT_SECONDS` for each table. Default: none, so a hanging table holds its cycle. */
  readonly tableTimeoutSeconds: number | undefined;
  /** `LAG_OBJECTIVE_SECONDS`. Default 1,800. */
  readonly lagObjectiveSeconds: number;
  /** `CYCLE_DURATION_OBJECTIVE_SECONDS`. Default 600. */
  readonly cycleDurationObjectiveSeconds: number;
  /** `THROUGHPUT_OBJECTIVE_ROWS_PER_SECOND` of work. Default 10,000. */
  readonly throughputObjectiveRowsPerSecond: number;
  /** `PRODUCE_ROWS_PER_SECOND` for each table, by the producer that stands for the feed. 0 for none. Default 1,000. */
  readonly produceRowsPerSecond: number;
}

/** Reads the settings. Throws an error that lists everything wrong with them. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const number = (name: string, min: number, max = Number.POSITIVE_INFINITY): number | undefined => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (value >= min && value <= max) return value;
    problems.push(`${name} must be a number from ${min}${max < Infinity ? ` to ${max}` : ''}, not "${text}"`);
    return undefined;
  };
  const databaseUrl = env.DATABASE_URL || undefined;
  const coldTierDir = env.COLD_TIER_DIR || (databaseUrl && join('.data', 'cold'));
  if (coldTierDir !== undefined && databaseUrl === undefined) {
    problems.push('COLD_TIER_DIR needs DATABASE_URL: the database of the example starts empty each time');
  }
  const config: Config = {
    databaseUrl,
    coldTierDir,
    metricsPort: number('METRICS_PORT', 0, 65_535) ?? 8_000,
    controlPort: number('CONTROL_PORT', 0, 65_535),
    intervalSeconds: number('INTERVAL_SECONDS', 0.1) ?? 900,
    tableTimeoutSeconds: number('TABLE_TIMEOUT_SECONDS', 0.1),
    lagObjectiveSeconds: number('LAG_OBJECTIVE_SECONDS', 0.1) ?? 1_800,
    cycleDurationObjectiveSeconds: number('CYCLE_DURATION_OBJECTIVE_SECONDS', 0.1) ?? 600,
    throughputObjectiveRowsPerSecond: number('THROUGHPUT_OBJECTIVE_ROWS_PER_SECOND', 1) ?? 10_000,
    produceRowsPerSecond: number('PRODUCE_ROWS_PER_SECOND', 0) ?? 1_000,
  };
  if (problems.length > 0) throw new Error(`The settings are wrong:\n- ${problems.join('\n- ')}`);
  return config;
}
