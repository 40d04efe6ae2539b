import {
  type Attributes,
  diag,
  type Histogram,
  type Meter,
  type MeterProvider,
  type Observable,
  type ObservableCallback,
  type ObservableResult,
} from '@opentelemetry/api';
import { quietly, say } from '../base/index.ts';
import type { AnyInstrument, Bounds, Cell, Store } from '../store/index.ts';
import { type Attachment, aimForward, attachmentsOf, type Forward } from './attachments.ts';
import { SCOPE } from './data.ts';
import { attributesOf } from './metric-data.ts';
import { withoutDuplicates } from './precedence.ts';
import { scopesInProvider } from './sdk-internals.ts';

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
  /** What is called for each observable instrument. Each has its own, so that one that is declared later costs no more than the first. */
  readonly #callbacks = new Map<Observable, ObservableCallback>();
  readonly #attributes = new WeakMap<readonly string[], Attributes>();
  readonly #stopListening: () => void;
  /** The reading that the callbacks of one collection share. */
  #reading: Promise<unknown> | undefined;

  constructor(store: Store, provider: MeterProvider) {
    this.#store = store;
    this.#provider = provider;
    this.#meter = provider.getMeter(SCOPE.name, SCOPE.version);
    attachmentsOf(store).byProvider.set(provider, this);
    this.#stopListening = store.onInstrument((instrument) => this.#add(instrument));
    this.#warnOfMissedObservations();
  }

  /** Takes everything back from the provider. Its SDK may go on exporting the last values. */
  readonly detach = (): void => {
    this.#stopListening();
    for (const [observable, callback] of this.#callbacks) quietly(() => observable.removeCallback(callback));
    this.#callbacks.clear();
    attachmentsOf(this.#store).byProvider.delete(this.#provider);
    for (const histogram of this.forwards.keys()) aimForward(this.#store, histogram);
  };

  #add(instrument: AnyInstrument): void {
    if (withoutDuplicates([instrument], () => scopesInProvider(this.#provider)).length === 0) return;
    const { kind, name, help, unit = '' } = instrument.descriptor;
    const options = { description: help, unit };
    if (kind === 'counter') {
      this.#observe(this.#meter.createObservableCounter(name, options), (result) =>
        this.#observeCounter(instrument, result),
      );
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
      let exported: ReadonlyMap<Cell, Attributes> = new Map();
      this.#observe(this.#meter.createObservableGauge(name, options), async (result) => {
        exported = await this.#observeGauge(instrument, exported, result);
      });
    }
  }

  #observe(observable: Observable, callback: ObservableCallback): void {
    observable.addCallback(callback);
    this.#callbacks.set(observable, callback);
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

  #observeCounter(instrument: AnyInstrument, result: ObservableResult): void {
    for (const cell of instrument.series.cells) {
      if ('value' in cell) result.observe(cell.value, this.#attributesOf(instrument, cell.values));
    }
  }

  /** Observes a gauge after its readers were asked, and returns which series it has given. `exported` are those of the collection before. */
  async #observeGauge(
    instrument: AnyInstrument,
    exported: ReadonlyMap<Cell, Attributes>,
    result: ObservableResult,
  ): Promise<ReadonlyMap<Cell, Attributes>> {
    this.#reading ??= this.#store.collect().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    const current = new Map<Cell, Attributes>();
    for (const cell of instrument.series.cells) {
      if ('value' in cell && !Number.isNaN(cell.value)) {
        current.set(cell, this.#attributesOf(instrument, cell.values));
      }
    }
    // The SDK repeats the last value of a series that is not observed any more. NaN says that there is none.
    for (const [cell, attributes] of exported) {
      if (!current.has(cell)) result.observe(Number.NaN, attributes);
    }
    for (const [cell, attributes] of current) {
      if ('value' in cell) result.observe(cell.value, attributes);
    }
    return current;
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
    say(
      'warn',
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
