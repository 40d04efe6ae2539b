import { createNoopMeter, type MeterProvider, metrics } from '@opentelemetry/api';
import { lastingTimers, quietly, say } from '../base/index.ts';
import { processStore, type Store } from '../store/index.ts';
import { attachmentsOf } from './attachments.ts';
import { SCOPE } from './data.ts';
import { MeterBridge } from './meter-bridge.ts';
import { readsProducerOf } from './producer.ts';

/** How often the global provider is looked for while there is none. Counters and gauges lose nothing by the wait: their whole value is read once it is there. */
const LOOK_FOR_PROVIDER_MS = 200;

/**
 * Exports everything that this process records through a host's meter provider, when its readers can't be given {@link sightglassProducer}
 * (auto-instrumentation). Metrics declared later join by themselves. Returns the function that ends it.
 *
 * Without an argument it follows the global provider. If none is registered yet it says so in the log, looks for one until there is,
 * and exports counters and gauges in full from then on. Histogram observations can't be handed over afterwards: those made before a
 * provider is attached stay out of its export, and the log tells how many. Calling it again looks at once, and rebinds when the global
 * provider is another one.
 *
 * Attaching again to the same provider changes nothing and returns the same function. A provider whose readers have a
 * `sightglassProducer()` is refused with a warning, because every series would come twice. With `OTEL_SDK_DISABLED=true` it does nothing.
 *
 * A metric of the semantic conventions is left out where an instrumentation of the host has it in that provider when it would join.
 *
 * What OpenTelemetry's instruments can't express: a histogram's series appears with its first observation, not empty at its birth; an SDK
 * repeats the last value of a series that ended, so a gauge that is withheld or removed is exported as NaN; and the SDK's own cardinality
 * limit (2,000 series of a metric unless a view or the reader says otherwise) applies.
 */
export function attachMeterProvider(provider?: MeterProvider): () => void {
  const store = processStore();
  if (!store.enabled) return () => {};
  return provider === undefined ? followGlobal(store) : attachSafely(store, provider);
}

/** Attaches one store to one provider. */
export function attach(store: Store, provider: MeterProvider): () => void {
  if (readsProducerOf(store, provider)) {
    say(
      'warn',
      'attachMeterProvider: refused, because a reader of this provider has a sightglassProducer() already; use one of the two.',
    );
    return () => {};
  }
  const known = attachmentsOf(store).byProvider.get(provider);
  return (known ?? new MeterBridge(store, provider)).detach;
}

/** Attaches a store to a provider of the host. What that provider throws is said, and nothing stays attached to it. */
function attachSafely(store: Store, provider: MeterProvider): () => void {
  try {
    return attach(store, provider);
  } catch (error) {
    attachmentsOf(store).byProvider.delete(provider);
    say('error', 'attachMeterProvider: the MeterProvider could not be attached.', error);
    return () => {};
  }
}

function followGlobal(store: Store): () => void {
  const attachments = attachmentsOf(store);
  attachments.global ??= new GlobalAttachment(store);
  const { global } = attachments;
  global.resolve();
  return global.detach;
}

/** Keeps a store attached to whichever provider is the global one: an instrument of the API's global meter stays a no-op if it was made before the SDK (opentelemetry-js #3622). */
class GlobalAttachment {
  readonly #store: Store;
  #bound: { readonly provider: MeterProvider; readonly detach: () => void } | undefined;
  #search: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  readonly resolve = (): void => {
    // The provider is the host's, and this is called by a timer too, where what it throws would end the process.
    const provider = quietly(() => metrics.getMeterProvider());
    if (provider !== undefined && provider === this.#bound?.provider) return;
    const meter = quietly(() => provider?.getMeter(SCOPE.name, SCOPE.version));
    if (provider === undefined || meter === undefined || meter === createNoopMeter()) {
      if (this.#search === undefined && this.#bound === undefined) this.#startSearch();
      return;
    }
    this.#stop();
    this.#bound = { provider, detach: attachSafely(this.#store, provider) };
  };

  readonly detach = (): void => {
    this.#stop();
    attachmentsOf(this.#store).global = undefined;
  };

  #stop(): void {
    lastingTimers.clearInterval(this.#search);
    this.#search = undefined;
    this.#bound?.detach();
    this.#bound = undefined;
  }

  #startSearch(): void {
    say(
      'warn',
      'attachMeterProvider: no global MeterProvider is registered yet. Counters and gauges are exported in full once one is; histogram observations made until then are not. Start the SDK first, or pass its provider.',
    );
    this.#search = lastingTimers.setInterval(() => this.resolve(), LOOK_FOR_PROVIDER_MS).unref();
  }
}
