/** The settings of the example, from the environment. */
export interface Config {
  /** `DATABASE_URL`. Default: a Postgres for this run alone. */
  readonly databaseUrl: string | undefined;
  /** `STANDBY_DATABASE_URL`, where the fault `failover` leads. Default: none. */
  readonly standbyDatabaseUrl: string | undefined;
  /** `METRICS_PORT` on localhost: metrics and probes. Default 9464. */
  readonly metricsPort: number;
  /** `HEALTH_PORT` on localhost: `/health` in the shape of reference system 001, and `/summary`. Default 8000. */
  readonly healthPort: number;
  /** `CONTROL_PORT` on localhost, where faults are injected. Default: nowhere. */
  readonly controlPort: number | undefined;
  /** `INTERVAL_SECONDS` between two runs of the pipeline. Default 60. */
  readonly intervalSeconds: number;
  /** `FRESHNESS_OBJECTIVE_SECONDS`: how old the newest measurement may be. Default 7,200. */
  readonly freshnessObjectiveSeconds: number;
  /** `COLLECT_INTERVAL_SECONDS` between two polls of a collector. Default 60. */
  readonly collectIntervalSeconds: number;
  /** `COLLECT_TIMEOUT_SECONDS` that a query of a collector may take. Default 5. */
  readonly collectTimeoutSeconds: number;
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
  const config: Config = {
    databaseUrl: env.DATABASE_URL || undefined,
    standbyDatabaseUrl: env.STANDBY_DATABASE_URL || undefined,
    metricsPort: number('METRICS_PORT', 0, 65_535) ?? 9_464,
    healthPort: number('HEALTH_PORT', 0, 65_535) ?? 8_000,
    controlPort: number('CONTROL_PORT', 0, 65_535),
    intervalSeconds: number('INTERVAL_SECONDS', 0.1) ?? 60,
    freshnessObjectiveSeconds: number('FRESHNESS_OBJECTIVE_SECONDS', 0.1) ?? 7_200,
    collectIntervalSeconds: number('COLLECT_INTERVAL_SECONDS', 0.1) ?? 60,
    collectTimeoutSeconds: number('COLLECT_TIMEOUT_SECONDS', 0.05) ?? 5,
  };
  if (problems.length > 0) throw new Error(`The settings are wrong:\n- ${problems.join('\n- ')}`);
  return config;
}
