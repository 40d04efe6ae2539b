import {
  type Attributes,
  type BatchObservableCallback,
  type BatchObservableResult,
  diag,
  type Histogram,
  type Meter,
  type MeterProvider,
  type Observable,
} from '@opentelemetry/api';
import type { AnyInstrument, Bounds, Cell, Store } from '../store/index.ts';
import { type Attachment, aimForward, attachmentsOf, type Forward } from './attachments.ts';
import { SCOPE } from './data.ts';
import { attributesOf } from './metric-data.ts';
import { withoutDuplicates } from './precedence.ts';
import { scopesInProvider } from './sdk-internals.ts';

/** An observable gauge and the series that its last reading gave. */
interface BridgedGauge {
  readonly instrument: AnyInstrument;
  exported: Map<Cell, Attributes>;
}

/**
 * A store's instruments as instruments of one provider. Counters and gauges are read from their cells in callbacks; histograms, for which
 * OpenTelemetry has no observable instrument, are recorded as they happen. Counters have a callback of their own, so that a slow reader of
 * an observed gauge can't cost them.
 */
export class MeterBridge implements Attachment {
  readonly forwards = new Map<AnyInstrument, Forward>();
  readonly #store: Store;
  readonly #provider: MeterProvider;
  readonly #meter: Meter;
  readonly #counters = new Map<Observable, AnyInstrument>();
  readonly #gauges = new Map<Observable, BridgedGauge>();
  readonly #attributes = new WeakMap<readonly string[], Attributes>();
  readonly #stopListening: () => void;
  #registered: { readonly callback: BatchObservableCallback; readonly observables: Observable[] }[] = [];

  constructor(store: Store, provider: MeterProvider) {
    this.#store = store;
    this.#provider = provider;
    this.#meter = provider.getMeter(SCOPE.name, SCOPE.version);
    attachmentsOf(store).byProvider.set(provider, this);
    let replayed = false;
    this.#stopListening = store.onInstrument((instrument) => {
      this.#add(instrument);
      if (replayed) this.#register();
    });
    replayed = true;
    this.#register();
    this.#warnOfMissedObservations();
  }

  /** Takes everything back from the provider. Its SDK may go on exporting the last values. */
  readonly detach = (): void => {
    this.#stopListening();
    this.#unregister();
    attachmentsOf(this.#store).byProvider.delete(this.#provider);
    for (const histogram of this.forwards.keys()) aimForward(this.#store, histogram);
  };

  #add(instrument: AnyInstrument): void {
    if (withoutDuplicates([instrument], () => scopesInProvider(this.#provider)).length === 0) return;
    const { kind, name, help, unit = '' } = instrument.descriptor;
    const options = { description: help, unit };
    if (kind === 'counter') {
      this.#counters.set(this.#meter.createObservableCounter(name, options), instrument);
    } else if (kind === 'histogram') {
      const histogramFor = this.#histograms(instrument);
      this.forwards.set(instrument, (value, cell) => {
        try {
          histogramFor(cell.bounds).record(value, this.#attributesOf(instrument, cell.values));
        } catch (error) {
          diag.debug(`An observation of ${name} was not taken by the meter provider.`, error);
        }
      });
      aimForward(this.#store, instrument);
    } else {
      const gauge = this.#meter.createObservableGauge(name, options);
      this.#gauges.set(gauge, { instrument, exported: new Map() });
    }
  }

  /**
   * A metric's histogram for each set of bounds that its series have. One instrument has one set in OpenTelemetry, and one meter one instrument of a name; so the series that have
   * bounds of their own come from a meter whose version says so, as the metadata of a build (`0.1.0+buckets.1k3f9a`), the same in every process.
   */
  #histograms({ descriptor }: AnyInstrument): (bounds: Bounds) => Histogram {
    const { name, help: description, unit = '', buckets = [] } = descriptor;
    const known = new Map<Bounds, Histogram>();
    const create = (meter: Meter, bounds: readonly number[]) =>
      meter.createHistogram(name, { description, unit, advice: { explicitBucketBoundaries: [...bounds] } });
    const declared = create(this.#meter, buckets);
    return (bounds) => {
      let histogram = known.get(bounds);
      if (histogram === undefined) {
        const isDeclared = hashOf(bounds.upper) === hashOf(buckets);
        const version = `${SCOPE.version}+buckets.${hashOf(bounds.upper)}`;
        histogram = isDeclared
          ? declared
          : create(this.#provider.getMeter(SCOPE.name, version), bounds.upper);
        known.set(bounds, histogram);
      }
      return histogram;
    };
  }

  /** A callback's observables are fixed when it is added, so a metric declared later needs it added anew. */
  #register(): void {
    this.#unregister();
    this.#registered = [
      { callback: (result) => this.#observeCounters(result), observables: [...this.#counters.keys()] },
      { callback: (result) => this.#observeGauges(result), observables: [...this.#gauges.keys()] },
    ];
    for (const { callback, observables } of this.#registered) {
      this.#meter.addBatchObservableCallback(callback, observables);
    }
  }

  #unregister(): void {
    for (const { callback, observables } of this.#registered) {
      this.#meter.removeBatchObservableCallback(callback, observables);
    }
    this.#registered = [];
  }

  #observeCounters(result: BatchObservableResult): void {
    for (const [counter, instrument] of this.#counters) {
      for (const cell of instrument.series.cells) {
        if ('value' in cell) result.observe(counter, cell.value, this.#attributesOf(instrument, cell.values));
      }
    }
  }

  async #observeGauges(result: BatchObservableResult): Promise<void> {
    await this.#store.collect();
    for (const [gauge, bridged] of this.#gauges) {
      const { instrument, exported } = bridged;
      const current = new Map<Cell, Attributes>();
      for (const cell of instrument.series.cells) {
        if ('value' in cell && !Number.isNaN(cell.value)) {
          current.set(cell, this.#attributesOf(instrument, cell.values));
        }
      }
      // The SDK repeats the last value of a series that is not observed any more. NaN says that there is none.
      for (const [cell, attributes] of exported) {
        if (!current.has(cell)) result.observe(gauge, Number.NaN, attributes);
      }
      for (const [cell, attributes] of current) {
        if ('value' in cell) result.observe(gauge, cell.value, attributes);
      }
      bridged.exported = current;
    }
  }

  #attributesOf(instrument: AnyInstrument, values: readonly string[]): Attributes {
    let attributes = this.#attributes.get(values);
    if (attributes === undefined) {
      attributes = attributesOf(instrument.descriptor, values);
      this.#attributes.set(values, attributes);
    }
    return attributes;
  }

  #warnOfMissedObservations(): void {
    let observations = 0;
    for (const instrument of this.forwards.keys()) {
      for (const cell of instrument.series.cells) if ('counts' in cell) observations += cell.count;
    }
    if (observations === 0) return;
    diag.warn(
      `attachMeterProvider: ${observations} histogram observations were made before the provider was attached and are not in its export; counters and gauges are complete.`,
    );
  }
}

/** A short name for bounds (FNV-1a). */
function hashOf(bounds: readonly number[]): string {
  let hash = 0x811c9dc5;
  for (const character of bounds.join()) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(36);
}
