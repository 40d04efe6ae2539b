import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { CollectedBySdk, CollectSdk } from '../exposition/index.ts';

type Collects = Parameters<IMetricReader['setMetricProducer']>[0];

/** `AggregationType.DEFAULT`, `AggregationTemporality.CUMULATIVE`: the numbers are part of OpenTelemetry's data model. */
const DEFAULT_AGGREGATION = { type: 0 } as const;
const CUMULATIVE = 1;

/** A reader that collects when it is asked, of any version of the SDK, without a class of it: so none has to be found in a bundle. */
export function pullReader(): { readonly reader: object; readonly collect: CollectSdk } {
  let producer: Collects | undefined;
  return {
    reader: {
      setMetricProducer(given: Collects) {
        producer = given;
      },
      selectAggregation: () => DEFAULT_AGGREGATION,
      selectAggregationTemporality: () => CUMULATIVE,
      selectCardinalityLimit: () => 2000,
      async collect() {
        return producer!.collect();
      },
      async forceFlush() {},
      async shutdown() {
        producer = undefined;
      },
    },
    async collect(limit) {
      if (producer === undefined) throw new Error('The SDK has been shut down, or was not started');
      return (await producer.collect(limit)) as CollectedBySdk;
    },
  };
}
