/** The settings of the example, all of them from the environment. */
export interface Config {
  /** `DAG_ID`. Default `daily-report`. */
  readonly dagId: string;
  /** `SCHEDULER`: the name of the loop that starts it. Default `reports`. */
  readonly scheduler: string;
  /** `SCHEDULE`, a cron expression in UTC. Default every night at 2. With a sixth field, for the seconds, it is compressed. */
  readonly schedule: string;
  /** `SLA_SECONDS`: how long after its time a run must be done. Default 7,200: two hours. */
  readonly slaSeconds: number;
  /** `FRESHNESS_OBJECTIVE_SECONDS`. Default: what the package makes of interval and SLA. */
  readonly freshnessObjectiveSeconds: number | undefined;
  /** `HEARTBEAT_SECONDS`: how often the loop of the scheduler comes round. Default 10. */
  readonly heartbeatSeconds: number;
  /** `RETRY_DELAY_SECONDS` of a task that asks the shops. Default 30. */
  readonly retryDelaySeconds: number;
  /** `DATA_DIR`, where the layers are kept. Default: a temporary folder for this run. */
  readonly dataDir: string | undefined;
  /** `METRICS_PORT` on localhost. Default 8000. */
  readonly metricsPort: number;
  /** `CONTROL_PORT` on localhost, where faults are injected. Default: none, and no fault can be. */
  readonly controlPort: number | undefined;
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
    dagId: env.DAG_ID || 'daily-report',
    scheduler: env.SCHEDULER || 'reports',
    schedule: env.SCHEDULE || '0 2 * * *',
    slaSeconds: number('SLA_SECONDS', 0.01) ?? 7_200,
    freshnessObjectiveSeconds: number('FRESHNESS_OBJECTIVE_SECONDS', 0.01),
    heartbeatSeconds: number('HEARTBEAT_SECONDS', 0.01) ?? 10,
    retryDelaySeconds: number('RETRY_DELAY_SECONDS', 0.01) ?? 30,
    dataDir: env.DATA_DIR || undefined,
    metricsPort: number('METRICS_PORT', 0, 65_535) ?? 8_000,
    controlPort: number('CONTROL_PORT', 0, 65_535),
  };
  if (problems.length > 0) throw new Error(`The settings are wrong:\n- ${problems.join('\n- ')}`);
  return config;
}
