import { type Attributes, metrics as api, type MeterProvider } from '@opentelemetry/api';
import { sharedInProcess } from '../base/index.ts';
import { isHandedOver } from '../handover/index.ts';
import {
  DEFAULT_COLLECT_TIMEOUT_MS,
  exportedStore,
  processStore,
  type Store,
  snapshot,
} from '../store/index.ts';
import { SCOPE } from './data.ts';
import { metricData, type ProducedMetric } from './metric-data.ts';
import { withoutDuplicates } from './precedence.ts';
import { producersIn, scopesInProvider } from './sdk-internals.ts';

/** The SDK's `Resource` as far as a producer needs one. It has no attributes: readers keep the SDK's own resource. */
export interface ProducedResource {
  readonly attributes: Attributes;
  merge(other: ProducedResource | null): ProducedResource;
  getRawAttributes(): [string, string][];
}

/** The SDK's `CollectionResult`: what could be collected, and an error for each observed metric whose reading failed. */
export interface ProducedCollection {
  resourceMetrics: {
    resource: ProducedResource;
    scopeMetrics: { scope: { name: string; version?: string }; metrics: ProducedMetric[] }[];
  };
  errors: unknown[];
}

/** Assignable to the SDK's `MetricProducer`, of SDK 2.x and of 3.x: goes into a reader's `metricProducers`. */
export interface SightglassProducer {
  collect(options?: { timeoutMillis?: number | undefined }): Promise<ProducedCollection>;
}

/** Which store each producer reads, so that the meter bridge can tell that a provider exports a store already. */
const producedStores = () => sharedInProcess('producers', () => new WeakMap<object, Store>());

/** True when a reader of this provider has a producer of this store, made by whichever copy of the package. */
export function readsProducerOf(store: Store, provider: MeterProvider): boolean {
  const stores = producedStores();
  return producersIn(provider).some((producer) => stores.get(producer as object) === store);
}

const EMPTY_RESOURCE: ProducedResource = {
  attributes: {},
  merge: (other) => other ?? EMPTY_RESOURCE,
  getRawAttributes: () => [],
};

/**
 * Everything that this process has recorded, for the readers of the host's own SDK: `new PrometheusExporter({ metricProducers: [sightglassProducer()] })`.
 *
 * The data is cumulative from each series' birth, whenever the SDK was started. Observed gauges are read first, for at most 2 seconds and
 * at most half of the reader's own limit, so that time is left to export; one that fails is in `errors` and costs its metric alone.
 * `collect` never rejects. With `OTEL_SDK_DISABLED=true` it gives nothing. In a process that serves the metrics of others it gives theirs too, and in those others nothing.
 * A metric of the semantic conventions is left out where an instrumentation of the global meter provider has it too.
 * Views and cardinality limits of the SDK don't apply to a producer; the bound of each metric does (`maxSeries`).
 */
export function sightglassProducer(): SightglassProducer {
  return producerOf(processStore());
}

/** The producer of one store. */
export function producerOf(store: Store): SightglassProducer {
  const isOfProcess = store === processStore();
  const producer: SightglassProducer = {
    collect: (options) =>
      collect(isOfProcess ? exportedStore() : store, options, isOfProcess && isHandedOver()),
  };
  producedStores().set(producer, store);
  return producer;
}

async function collect(
  store: Store,
  options: { timeoutMillis?: number | undefined } | undefined,
  isByAnother: boolean,
): Promise<ProducedCollection> {
  const errors: unknown[] = [];
  const metrics: ProducedMetric[] = [];
  try {
    for (const { name, error } of await store.collect(timeLimit(options?.timeoutMillis))) {
      if (error !== undefined)
        errors.push(new Error(`The reading of ${name} failed: ${error.message}`, { cause: error }));
    }
    const endMs = store.clock.wallMs();
    const scopes = () => scopesInProvider(api.getMeterProvider());
    // Exported by both, it would count twice.
    const families = isByAnother ? [] : snapshot(store);
    for (const family of withoutDuplicates(families, scopes)) metrics.push(metricData(family, endMs));
  } catch (error) {
    errors.push(error);
  }
  return {
    resourceMetrics: {
      resource: EMPTY_RESOURCE,
      scopeMetrics: metrics.length === 0 ? [] : [{ scope: SCOPE, metrics }],
    },
    errors,
  };
}

function timeLimit(limitMs: number | undefined): number {
  return limitMs !== undefined && limitMs > 0
    ? Math.min(DEFAULT_COLLECT_TIMEOUT_MS, limitMs / 2)
    : DEFAULT_COLLECT_TIMEOUT_MS;
}
