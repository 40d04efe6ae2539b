import { sharedInProcess } from '../base/index.ts';
import { HealthChecks, type HealthReport } from './health-checks.ts';
import type { CheckFunction, HealthCheckOptions } from './options.ts';

export { type CheckReport, HealthChecks, type HealthReport } from './health-checks.ts';
export { healthCheckDuration, healthCheckStatus } from './metrics.ts';
export type { Affects, CheckFunction, HealthCheckOptions } from './options.ts';

/** The checks of this process, whichever copy of the package declares them; made on first use. */
export function processHealth(): HealthChecks {
  return sharedInProcess('health', () => new HealthChecks());
}

/**
 * Declares a health check of this process: `healthCheck('database', () => pool.query('select 1'))`.
 * It passes unless `run` throws, rejects, gives `false` or takes longer than the time limit; one run at a time, its result cached and shared by
 * every probe, report and scrape. A failure answers 503 on the probe that the check affects, is logged with its cause, and is exported as
 * `health_check_status`. Throws a `DeclarationError` when the declaration is wrong or the name taken. Returns the function that retires the check.
 */
export function healthCheck(name: string, run: CheckFunction, options: HealthCheckOptions = {}): () => void {
  return processHealth().declare(name, run, options);
}

/** The state of every health check of this process, as `/health` answers it. For authors of domains that answer in another shape. Never rejects. */
export function healthReport(): Promise<HealthReport> {
  return processHealth().report();
}
