import { asError, type WarnOnce, withinSeconds } from '../base/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { collectorDuration, collectorSuccess, type Store } from '../store/index.ts';

/** The label value under which the SDK's collection is reported beside the store's collectors. */
const COLLECTOR = { collector: 'otel_sdk' };

/** Collects from the SDK without letting it hang or break a scrape. */
export class SdkSource {
  readonly #collect: () => Promise<OtelResourceMetrics | undefined>;
  readonly #store: Store;
  /** Set while a collection is under way, so that a hanging one is never started twice. */
  #pending: Promise<OtelResourceMetrics | undefined> | undefined;

  constructor(collect: () => Promise<OtelResourceMetrics | undefined>, store: Store) {
    this.#collect = collect;
    this.#store = store;
  }

  /** What the SDK has, or undefined when it failed or gave no answer in time, which `sightglass_collector_success` then says. Never rejects. */
  async read(timeoutMs: number, warn: WarnOnce): Promise<OtelResourceMetrics | undefined> {
    const started = this.#store.clock.monotonicMs();
    let data: OtelResourceMetrics | undefined;
    let ok = true;
    try {
      this.#pending ??= Promise.resolve(this.#collect()).finally(() => {
        this.#pending = undefined;
      });
      const pending = this.#pending;
      data = await withinSeconds(timeoutMs / 1000, () => pending);
    } catch (error) {
      ok = false;
      warn('otel_sdk', `The OpenTelemetry SDK's metrics could not be collected: ${asError(error).message}`);
    }
    this.#store.gauge(collectorSuccess).set(ok ? 1 : 0, COLLECTOR);
    this.#store.gauge(collectorDuration).set((this.#store.clock.monotonicMs() - started) / 1000, COLLECTOR);
    return data;
  }
}
