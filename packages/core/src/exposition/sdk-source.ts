import { asError, UnderWay, type WarnOnce } from '../base/index.ts';
import type { OtelResourceMetrics } from '../otel/data.ts';
import { collectorDuration, collectorSuccess, HELD_MS, type Store } from '../store/index.ts';

/** The label value under which the SDK's collection is reported beside the store's collectors. */
const COLLECTOR = { collector: 'otel_sdk' };

/** Of the exposition's time limit, what the SDK may give its observable callbacks: the rest is for what it does with their values. */
const SHARE_OF_CALLBACKS = 0.8;

/** What a reader of the SDK gives: its `CollectionResult`. */
export interface CollectedBySdk {
  readonly resourceMetrics: OtelResourceMetrics;
  /** What could not be collected. */
  readonly errors: readonly unknown[];
}

/** Collects what the SDK has, as a reader's `collect` does. It leaves out a callback of an observable instrument that takes longer than `timeoutMillis`. */
export type CollectSdk = (limit: {
  readonly timeoutMillis: number;
}) => Promise<CollectedBySdk | OtelResourceMetrics | undefined>;

/** Collects from the SDK without letting it hang or break a scrape. */
export class SdkSource {
  readonly #collect: CollectSdk;
  readonly #store: Store;
  /** Set while a collection is under way, so that a hanging one is never started twice. */
  #pending: UnderWay<Collected> | undefined;
  /** Whether a scrape gave up waiting for the collection that is under way. */
  #isLate = false;
  /** What came after its scrape had been answered, and no scrape has had yet. */
  #cameLate: OtelResourceMetrics | undefined;

  constructor(collect: CollectSdk, store: Store) {
    this.#collect = collect;
    this.#store = store;
  }

  /**
   * What the SDK has; when it failed, nothing; when it gave no answer in time, what came late since the last scrape. `sightglass_collector_success` then says
   * so. Never rejects.
   */
  async read(timeoutMs: number, warn: WarnOnce): Promise<OtelResourceMetrics | undefined> {
    const { clock } = this.#store;
    const started = clock.monotonicMs();
    const late = this.#cameLate;
    this.#cameLate = undefined;
    let data: OtelResourceMetrics | undefined;
    let error: Error | undefined;
    try {
      if (this.#pending === undefined) this.#begin(timeoutMs);
      const heldMs = clock.monotonicMs() - started;
      ({ data, error } = await this.#pending!.within(timeoutMs));
      if (heldMs > Math.max(timeoutMs, HELD_MS))
        error ??= new Error(`a callback held the whole process for ${(heldMs / 1000).toFixed(1)} s`);
    } catch (cause) {
      error = asError(cause);
      if (this.#pending !== undefined) {
        this.#isLate = true;
        data = late;
      }
    }
    if (error !== undefined)
      warn(
        'otel_sdk',
        `The OpenTelemetry SDK's metrics could not be collected, or not all of them: ${error.message}`,
      );
    this.#store.gauge(collectorSuccess).set(error === undefined ? 1 : 0, COLLECTOR);
    this.#store.gauge(collectorDuration).set((clock.monotonicMs() - started) / 1000, COLLECTOR);
    return data;
  }

  #begin(timeoutMs: number): void {
    const limit = { timeoutMillis: Math.ceil(timeoutMs * SHARE_OF_CALLBACKS) };
    let end: (collecting: ReturnType<CollectSdk>) => void = () => {};
    const collecting = new Promise<Awaited<ReturnType<CollectSdk>>>((resolve) => {
      end = resolve;
    });
    this.#isLate = false;
    // It is there before the SDK's callbacks are called, one of which may ask for an exposition itself.
    this.#pending = new UnderWay(
      collecting
        .then((given) => {
          const result = collected(given);
          if (this.#isLate) this.#cameLate = result.data;
          return result;
        })
        .finally(() => {
          this.#pending = undefined;
        }),
    );
    end((async () => this.#collect(limit))());
  }
}

/** What could be collected, and the first error of those that kept the rest from it. */
interface Collected {
  readonly data: OtelResourceMetrics | undefined;
  readonly error: Error | undefined;
}

function collected(given: CollectedBySdk | OtelResourceMetrics | undefined): Collected {
  if (given === undefined || given === null || !('resourceMetrics' in given))
    return { data: given ?? undefined, error: undefined };
  const { resourceMetrics, errors } = given;
  return { data: resourceMetrics, error: errors?.length > 0 ? asError(errors[0]) : undefined };
}
