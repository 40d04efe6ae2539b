import { withinSeconds } from '../base/index.ts';
import { DeclarationError } from '../catalog/index.ts';
import { processStore, type Store } from '../store/index.ts';
import { Check, type CheckResult } from './check.ts';
import { healthCheckDuration, healthCheckStatus } from './metrics.ts';
import { type Affects, type CheckFunction, checkedOptions, type HealthCheckOptions } from './options.ts';

/** How long a scrape waits for a check, so that a slow one does not make it late. A result that comes later is in the next scrape. */
const SCRAPE_WAIT_SECONDS = 1;

const ignore = () => {};

/** One check in a report. */
export interface CheckReport {
  readonly status: 'pass' | 'fail';
  readonly affects: Affects;
  readonly durationSeconds: number;
  /** When the run ended, ISO 8601. Up to the check's cache time ago. */
  readonly checkedAt: string;
  /** `timeout`, the error's code or its class; the cause itself is in the log. */
  readonly errorClass?: string;
}

/** What `/health` answers. `warn`: only checks that affect nothing fail. */
export interface HealthReport {
  readonly status: 'pass' | 'warn' | 'fail';
  readonly timestamp: string;
  readonly checks: { readonly [name: string]: CheckReport };
}

/** The checks of a process. Hosts declare into the process's own with `healthCheck`; tests make one. */
export class HealthChecks {
  readonly #store: Store;
  readonly #checks = new Map<string, Check>();

  constructor(store: Store = processStore()) {
    this.#store = store;
  }

  /** Declares a check; throws a `DeclarationError` with every problem, or when the name is taken. Returns the function that retires it. */
  declare(name: string, run: CheckFunction, options: HealthCheckOptions = {}): () => void {
    const checked = checkedOptions(name, run, options);
    if (this.#checks.has(name))
      throw new DeclarationError(`The health check "${name}"`, ['it is declared already']);
    const labels = { check: name };
    const withProbe = { check: name, affects: checked.affects };
    const status = this.#store.gauge(healthCheckStatus);
    const duration = this.#store.gauge(healthCheckDuration);
    const gauges = { status: status.bind(withProbe), duration: duration.bind(labels) };
    const check = new Check(name, run, checked, this.#store.clock, gauges);
    this.#checks.set(name, check);
    const stop = this.#store.collectors.add(healthCheckStatus.name, {
      // Only that it is late can be caught here: a check that fails has a result too.
      collect: () => withinSeconds(SCRAPE_WAIT_SECONDS, () => check.result()).then(ignore, ignore),
      failed: () => {},
    });
    return () => {
      if (!this.#checks.delete(name)) return;
      stop();
      status.remove(withProbe);
      duration.remove(labels);
    };
  }

  /** Whether every check of this kind passes; true when there is none. Never rejects. */
  async passes(affects: Affects): Promise<boolean> {
    const concerned = [...this.#checks.values()].filter((check) => check.options.affects === affects);
    const results = await Promise.all(concerned.map((check) => check.result()));
    return results.every((result) => result.passed);
  }

  /** The state of every check. Never rejects. */
  async report(): Promise<HealthReport> {
    const checks = [...this.#checks.values()];
    const results = await Promise.all(checks.map((check) => check.result()));
    const reports = checks.map((check, i) => [check.name, reportOf(check, results[i]!)] as const);
    const failing = reports.filter(([, report]) => report.status === 'fail');
    const decisive = failing.some(([, report]) => report.affects !== 'report');
    return {
      status: decisive ? 'fail' : failing.length > 0 ? 'warn' : 'pass',
      timestamp: new Date(this.#store.clock.wallMs()).toISOString(),
      checks: Object.fromEntries(reports),
    };
  }
}

function reportOf(
  check: Check,
  { passed, durationSeconds, checkedAtMs, errorClass }: CheckResult,
): CheckReport {
  return {
    status: passed ? 'pass' : 'fail',
    affects: check.options.affects,
    durationSeconds,
    checkedAt: new Date(checkedAtMs).toISOString(),
    ...(errorClass === undefined ? {} : { errorClass }),
  };
}
