import { errorName, isTimeout, TIMEOUT, withinSeconds } from '../base/index.ts';
import { log } from '../logging/index.ts';
import type { BoundGauge, Clock } from '../store/index.ts';
import type { CheckFunction, HealthCheckOptions } from './options.ts';

/** The outcome of one run of a check. */
export interface CheckResult {
  readonly passed: boolean;
  /** Present on failure: `timeout`, the error's code, or its class; never its message. */
  readonly errorClass?: string;
  readonly durationSeconds: number;
  /** Wall time in ms at which the run ended. */
  readonly checkedAtMs: number;
}

/** Where a check leaves its results besides its answer. */
export interface CheckGauges {
  readonly status: BoundGauge;
  readonly duration: BoundGauge;
}

class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** One declared check: at most one run at a time, its result shared by everyone who asks within the cache time. */
export class Check {
  readonly name: string;
  readonly options: Required<HealthCheckOptions>;
  readonly #run: CheckFunction;
  readonly #clock: Clock;
  readonly #gauges: CheckGauges;
  #last: CheckResult | undefined;
  #freshUntilMs = 0;
  #running: Promise<CheckResult> | undefined;
  /** True while a call has not returned, also after its time limit: calling again each time would open connection after connection to what hangs. */
  #outstanding = false;

  constructor(
    name: string,
    run: CheckFunction,
    options: Required<HealthCheckOptions>,
    clock: Clock,
    gauges: CheckGauges,
  ) {
    this.name = name;
    this.options = options;
    this.#run = run;
    this.#clock = clock;
    this.#gauges = gauges;
  }

  /** The result, from the cache while it is fresh, else of a run that all callers share. Never rejects. */
  result(): Promise<CheckResult> {
    if (this.#last !== undefined && this.#clock.monotonicMs() < this.#freshUntilMs)
      return Promise.resolve(this.#last);
    this.#running ??= this.#runOnce().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #runOnce(): Promise<CheckResult> {
    const startMs = this.#clock.monotonicMs();
    let failure: { readonly error: unknown } | undefined;
    try {
      if (this.#outstanding) throw new DOMException('the last call has not come back', 'TimeoutError');
      const answer = await withinSeconds(this.options.timeoutSeconds, (signal) => this.#call(signal));
      if (answer === false) throw new CheckFailed(`${this.name} gave false`);
    } catch (error) {
      failure = { error };
    }
    const endMs = this.#clock.monotonicMs();
    const result: CheckResult = {
      passed: failure === undefined,
      ...(failure === undefined ? {} : { errorClass: errorClassOf(failure.error) }),
      durationSeconds: Math.max(0, (endMs - startMs) / 1000),
      checkedAtMs: this.#clock.wallMs(),
    };
    this.#logChange(result, failure?.error);
    this.#last = result;
    this.#freshUntilMs = endMs + this.options.cacheSeconds * 1000;
    this.#gauges.status.set(result.passed ? 1 : 0);
    this.#gauges.duration.set(result.durationSeconds);
    return result;
  }

  async #call(signal: AbortSignal): Promise<unknown> {
    this.#outstanding = true;
    try {
      return await this.#run(signal);
    } finally {
      this.#outstanding = false;
    }
  }

  /** Only changes are logged: a probe asks every few seconds, and the log should not. */
  #logChange(result: CheckResult, error: unknown): void {
    const fields = { check: this.name, duration_seconds: result.durationSeconds };
    if (!result.passed && result.errorClass !== this.#last?.errorClass) {
      log().warn(
        { ...fields, error_type: result.errorClass, err: error },
        `The health check ${this.name} fails`,
      );
    } else if (result.passed && this.#last?.passed === false) {
      log().info(fields, `The health check ${this.name} passes again`);
    }
  }
}

/** The kind of a failure, safe to show to whoever may read a report. */
function errorClassOf(error: unknown): string {
  return isTimeout(error) ? TIMEOUT : (errorName(error) ?? 'Error');
}
