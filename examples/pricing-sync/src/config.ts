import { readFileSync } from 'node:fs';

/** The settings of the example, all of them from the environment. */
export interface Config {
  /** `ADMIN_TOKEN`, or the file that `ADMIN_TOKEN_FILE` names. No default: without a token the example does not start. */
  readonly adminToken: string;
  /** `DATABASE_URL`. Default: none, and a database of its own is started. */
  readonly databaseUrl: string | undefined;
  /** `PROVIDERS_URL`: the directory of the providers. Default: none, and providers of its own are started. */
  readonly providersUrl: string | undefined;
  /** `PORT` of the service on localhost. Default 8080. */
  readonly port: number;
  /** `METRICS_PORT` on localhost. Default 8000. */
  readonly metricsPort: number;
  /** `CONTROL_PORT` on localhost, where faults are injected. Default: none, and no fault can be. */
  readonly controlPort: number | undefined;
  /** `SCHEDULE`, a cron expression. Default every 6 hours. With a sixth field, for the seconds, it is compressed: every 5 seconds makes a day of 20. */
  readonly schedule: string;
  /** `DURATION_OBJECTIVE_SECONDS`. Default 60. */
  readonly durationObjectiveSeconds: number;
  /** `FRESHNESS_OBJECTIVE_SECONDS`. Default 28,800: 8 hours. */
  readonly freshnessObjectiveSeconds: number;
  /** `ITEMS_OBJECTIVE` of a run. Default 50. */
  readonly itemsObjective: number;
  /** `REQUEST_TIMEOUT_SECONDS`. Default 10. */
  readonly requestTimeoutSeconds: number;
  /** `SOURCE_TIMEOUT_SECONDS` for each provider. Default: none, so what hangs holds its run. */
  readonly sourceTimeoutSeconds: number | undefined;
  /** `RUN_TIMEOUT_SECONDS`. Default: none. */
  readonly runTimeoutSeconds: number | undefined;
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
    adminToken: readToken(env, problems),
    databaseUrl: env.DATABASE_URL || undefined,
    providersUrl: env.PROVIDERS_URL || undefined,
    port: number('PORT', 0, 65_535) ?? 8_080,
    metricsPort: number('METRICS_PORT', 0, 65_535) ?? 8_000,
    controlPort: number('CONTROL_PORT', 0, 65_535),
    schedule: env.SCHEDULE || '0 */6 * * *',
    durationObjectiveSeconds: number('DURATION_OBJECTIVE_SECONDS', 0.01) ?? 60,
    freshnessObjectiveSeconds: number('FRESHNESS_OBJECTIVE_SECONDS', 0.01) ?? 28_800,
    itemsObjective: number('ITEMS_OBJECTIVE', 1) ?? 50,
    requestTimeoutSeconds: number('REQUEST_TIMEOUT_SECONDS', 0.01) ?? 10,
    sourceTimeoutSeconds: number('SOURCE_TIMEOUT_SECONDS', 0.01),
    runTimeoutSeconds: number('RUN_TIMEOUT_SECONDS', 0.01),
  };
  if (problems.length > 0) throw new Error(`The settings are wrong:\n- ${problems.join('\n- ')}`);
  return config;
}

const SHORTEST_TOKEN = 16;

function readToken(env: NodeJS.ProcessEnv, problems: string[]): string {
  const { ADMIN_TOKEN, ADMIN_TOKEN_FILE } = env;
  let token = ADMIN_TOKEN ?? '';
  if (token === '' && ADMIN_TOKEN_FILE) {
    try {
      token = readFileSync(ADMIN_TOKEN_FILE, 'utf8').trim();
    } catch (error) {
      problems.push(`ADMIN_TOKEN_FILE can't be read: ${(error as NodeJS.ErrnoException).code}`);
      return '';
    }
  }
  if (token.length < SHORTEST_TOKEN)
    problems.push(
      `ADMIN_TOKEN, or the file ADMIN_TOKEN_FILE, must hold at least ${SHORTEST_TOKEN} characters`,
    );
  return token;
}
