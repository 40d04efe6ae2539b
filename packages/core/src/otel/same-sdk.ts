import type { MeterProvider } from '@opentelemetry/api';
import type { Store } from '../store/index.ts';
import { isProducerOf } from './producer.ts';

/** Where the SDK keeps what its readers were given. Private to it, the same in 2.x and 3.x; a test holds it for each. */
interface SdkInternals {
  readonly _sharedState?: {
    readonly metricCollectors?: readonly {
      readonly _metricReader?: {
        readonly _metricProducers?: readonly unknown[];
      };
    }[];
  };
}

/**
 * True when a reader of this provider has a producer of this store. The API has no way to ask, so this looks inside the SDK;
 * readers are fixed when a provider is made, so the answer does not change. False for a provider that keeps its readers elsewhere.
 */
export function readsProducerOf(store: Store, provider: MeterProvider): boolean {
  const collectors = (provider as MeterProvider & SdkInternals)._sharedState?.metricCollectors;
  if (!Array.isArray(collectors)) return false;
  return collectors.some((collector) => {
    const producers = collector?._metricReader?._metricProducers;
    return Array.isArray(producers) && producers.some((producer) => isProducerOf(store, producer));
  });
}
