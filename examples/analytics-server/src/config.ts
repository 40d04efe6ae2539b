/** The settings of the example, all of them from the environment; the workers have those of the process that starts them. */
export interface Config {
  /** `DATABASE_URL`. Default: none, and a database of its own is started. */
  readonly databaseUrl: string | undefined;
  /** `REDIS_URL`: the queue is one of BullMQ there. Default: none, and the queue is in the memory of the API. */
  readonly redisUrl: string | undefined;
  /** `CATALOGUE_URL`: whom to ask for the newest version of each tool. Default: none, and a stand-in is started. */
  readonly catalogueUrl: string | undefined;
  /** `HOST`: the address that the API listens on, such as 0.0.0.0 in a container. Default 127.0.0.1: this machine alone. */
  readonly host: string;
  /** `PORT` of the API, which has `/metrics`, `/livez`, `/readyz` and `/health` too. Default 3000. */
  readonly port: number;
  /** `METRICS_PORT` on localhost: the same paths once more, for who must not reach the API. Default: none. */
  readonly metricsPort: number | undefined;
  /** `CONTROL_PORT` on localhost, where faults are injected. Default: none, and no fault can be. */
  readonly controlPort: number | undefined;
  /** `WORKERS`: processes that write what is in the queue to the database. Default 2. */
  readonly workers: number;
  /** `QUEUE_CAPACITY`: events that may wait; beyond it the API refuses more. Default 10,000. */
  readonly queueCapacity: number;
  /** `BATCH_SIZE`: events that a worker writes at once. Default 100. */
  readonly batchSize: number;
  /** `MAX_WAIT_SECONDS` that an event may be in the queue. Default 60. */
  readonly maxWaitSeconds: number;
  /** `BATCH_DURATION_OBJECTIVE_SECONDS` that a batch may take. Default 1. */
  readonly batchDurationObjectiveSeconds: number;
  /** `RETRY_SECONDS` that a worker rests after a batch has failed. Default 1. */
  readonly retrySeconds: number;
  /** `LATENCY_OBJECTIVE_SECONDS` within which 95 % of the requests are answered. Default 1. */
  readonly latencyObjectiveSeconds: number;
  /** `POOL_SIZE`: connections of each process to the database. Default 10. */
  readonly poolSize: number;
  /** `HEALTH_TIMEOUT_SECONDS` within which the database must answer the check of readiness. Default 2. */
  readonly healthTimeoutSeconds: number;
  /** `CACHE_SECONDS` for which an answer about a tool is kept. Default 5. */
  readonly cacheSeconds: number;
  /** `SUMMARY_INTERVAL_SECONDS` between two summaries of what was counted. Default 60. */
  readonly summaryIntervalSeconds: number;
  /** `FRESHNESS_OBJECTIVE_SECONDS`: how old the summary may become. Default 600. */
  readonly freshnessObjectiveSeconds: number;
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
  const whole = (name: string, min: number, max: number): number | undefined => {
    const value = number(name, min, max);
    if (value === undefined || Number.isInteger(value)) return value;
    problems.push(`${name} must be a whole number, not "${env[name]}"`);
    return undefined;
  };
  const config: Config = {
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    catalogueUrl: env.CATALOGUE_URL || undefined,
    host: env.HOST || '127.0.0.1',
    port: whole('PORT', 0, 65_535) ?? 3_000,
    metricsPort: whole('METRICS_PORT', 0, 65_535),
    controlPort: whole('CONTROL_PORT', 0, 65_535),
    workers: whole('WORKERS', 0, 64) ?? 2,
    queueCapacity: whole('QUEUE_CAPACITY', 1, 1_000_000) ?? 10_000,
    batchSize: whole('BATCH_SIZE', 1, 10_000) ?? 100,
    maxWaitSeconds: number('MAX_WAIT_SECONDS', 0.01) ?? 60,
    batchDurationObjectiveSeconds: number('BATCH_DURATION_OBJECTIVE_SECONDS', 0.01) ?? 1,
    retrySeconds: number('RETRY_SECONDS', 0.01) ?? 1,
    latencyObjectiveSeconds: number('LATENCY_OBJECTIVE_SECONDS', 0.01, 9.9) ?? 1,
    poolSize: whole('POOL_SIZE', 1, 1_000) ?? 10,
    healthTimeoutSeconds: number('HEALTH_TIMEOUT_SECONDS', 0.01, 60) ?? 2,
    cacheSeconds: number('CACHE_SECONDS', 0.01) ?? 5,
    summaryIntervalSeconds: number('SUMMARY_INTERVAL_SECONDS', 0.1) ?? 60,
    freshnessObjectiveSeconds: number('FRESHNESS_OBJECTIVE_SECONDS', 0.1) ?? 600,
  };
  if (problems.length > 0) throw new Error(`The settings are wrong:\n- ${problems.join('\n- ')}`);
  return config;
}
