import { type Attributes, metrics as api } from '@opentelemetry/api';
import { DEFAULT_COLLECT_TIMEOUT_MS, processStore, type Store, snapshot } from '../store/index.ts';
import { metricData, type ProducedMetric } from './metric-data.ts';
import { besideOthers } from './others.ts';
import { SCOPE } from './scope.ts';

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

/** Marks a producer with the store that it reads, so that the meter bridge can tell that a provider exports that store already. */
export const PRODUCED_FROM = Symbol.for('@sightglass/core/produced-from');

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
 * `collect` never rejects. With `OTEL_SDK_DISABLED=true` it gives nothing.
 * A metric of the semantic conventions is left out where an instrumentation of the global meter provider has it too.
 * Views and cardinality limits of the SDK don't apply to a producer; the bound of each metric does (`maxSeries`).
 */
export function sightglassProducer(): SightglassProducer {
  return producerOf(processStore());
}

/** The producer of one store. */
export function producerOf(store: Store): SightglassProducer {
  const producer = {
    [PRODUCED_FROM]: store,
    collect: (options?: { timeoutMillis?: number | undefined }) => collect(store, options),
  };
  return producer;
}

async function collect(
  store: Store,
  options: { timeoutMillis?: number | undefined } | undefined,
): Promise<ProducedCollection> {
  const errors: unknown[] = [];
  const metrics: ProducedMetric[] = [];
  try {
    for (const { name, error } of await store.collect(timeLimit(options?.timeoutMillis))) {
      if (error !== undefined)
        errors.push(new Error(`The reading of ${name} failed: ${error.message}`, { cause: error }));
    }
    const endMs = store.clock.wallMs();
    for (const family of besideOthers(api.getMeterProvider(), snapshot(store)))
      metrics.push(metricData(family, endMs));
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
