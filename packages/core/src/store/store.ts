import { quietly, type WarnOnce, warnOnce } from '../base/index.ts';
import {
  DeclarationError,
  given,
  type LabelValues,
  type MetricDescriptor,
  sameDescriptor,
  seriesNames,
} from '../catalog/index.ts';
import type { Pages } from '../handover/index.ts';
import { type Clock, systemClock } from './clock.ts';
import { type CollectorReport, Collectors } from './collectors.ts';
import { Counter } from './counter.ts';
import { Gauge, type GaugeEnvironment } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { Info } from './info.ts';
import type { AnyInstrument } from './instrument.ts';
import type { LossReason } from './losses.ts';
import {
  collectorDuration,
  collectorSuccess,
  measurementsDropped,
  measurementsOverflowed,
  processClock,
  processStart,
} from './self-metrics.ts';

type NoLabels = { readonly [name in never]: string };

/** How a store is made. Hosts never make one; tests do. */
export interface StoreOptions {
  /** Default: the system's clocks. */
  readonly clock?: Clock;
  /** False: nothing is recorded and nothing exported. Default true. */
  readonly enabled?: boolean;
  /** True for the store of a process, which says since when it counts and what its clock shows. Default false. */
  readonly ofProcess?: boolean;
  /** Where the numbers of the store of a thread lie that another one reads. Default: in memory of its own. */
  readonly pages?: Pages | undefined;
}

/** Every instrument of the process and what it has recorded. Works before any SDK is started and goes on when none ever is. */
export class Store {
  readonly enabled: boolean;
  readonly collectors: Collectors;
  readonly #instruments = new Map<string, AnyInstrument>();
  /** Whose each name of a series is. */
  readonly #owners = new Map<string, string>();
  readonly #environment: GaugeEnvironment;
  readonly #listeners = new Set<(instrument: AnyInstrument) => void>();
  readonly #dropped: Counter<{ readonly metric: string; readonly reason: LossReason }>;
  readonly #overflowed: Counter<{ readonly metric: string }>;
  readonly #collectorSuccess: Gauge<{ readonly collector: string }>;
  readonly #collectorDuration: Gauge<{ readonly collector: string }>;
  readonly #process:
    | { readonly start: Gauge<{ readonly process_id: string }>; readonly clock: Gauge<NoLabels> }
    | undefined;
  /** The collectors whose outcome is in the export. */
  #reported: ReadonlySet<string> = new Set();
  #sayOnce: WarnOnce = warnOnce();
  #clock: Clock;
  /** Wall time at which the store of a process began. */
  #startMs = 0;
  /** Tells this process from every other, also from one before it under the same pid or address. */
  #processId = '';

  constructor(options: StoreOptions = {}) {
    const ofProcess = given(options, 'ofProcess') ?? false;
    this.#clock = given(options, 'clock') ?? systemClock;
    this.enabled = given(options, 'enabled') ?? true;
    this.collectors = new Collectors(this.clock);
    const losses = {
      dropped: (metric: string, reason: LossReason, what?: () => string) =>
        this.#onDropped(metric, reason, what),
      overflowed: (metric: string) => this.#onOverflowed(metric),
    };
    this.#environment = {
      clock: this.clock,
      losses,
      enabled: this.enabled,
      collectors: this.collectors,
      pages: given(options, 'pages'),
    };
    this.#dropped = this.counter(measurementsDropped);
    this.#overflowed = this.counter(measurementsOverflowed);
    this.#collectorSuccess = this.gauge(collectorSuccess);
    this.#collectorDuration = this.gauge(collectorDuration);
    if (ofProcess) this.#process = { start: this.gauge(processStart), clock: this.gauge(processClock) };
    this.#begin();
  }

  /** The store's clock; it reads whichever clock is set at the moment it is asked. */
  readonly clock: Clock = {
    wallMs: () => this.#clock.wallMs(),
    monotonicMs: () => this.#clock.monotonicMs(),
  };

  /** Puts another clock in, for every instrument, also those that exist; the store begins now by that clock. For tests. */
  setClock(clock: Clock): void {
    this.#clock = clock;
    this.#begin();
  }

  counter<L extends LabelValues>(descriptor: MetricDescriptor<L>): Counter<L> {
    return this.#register(descriptor, () => new Counter(descriptor, this.#environment));
  }

  gauge<L extends LabelValues>(descriptor: MetricDescriptor<L>): Gauge<L> {
    return this.#register(descriptor, () => new Gauge(descriptor, this.#environment));
  }

  histogram<L extends LabelValues>(descriptor: MetricDescriptor<L>): Histogram<L> {
    return this.#register(descriptor, () => new Histogram(descriptor, this.#environment));
  }

  info<L extends LabelValues>(descriptor: MetricDescriptor<L>): Info<L> {
    return this.#register(descriptor, () => new Info(descriptor, this.#environment));
  }

  /** Every instrument in the order of declaration. */
  instruments(): Iterable<AnyInstrument> {
    return this.#instruments.values();
  }

  /** The instrument of this name, if it is declared here. */
  instrument(name: string): AnyInstrument | undefined {
    return this.#instruments.get(name);
  }

  /** Calls `listener` for each instrument that exists and each that is declared later. Returns the function that stops it. */
  onInstrument(listener: (instrument: AnyInstrument) => void): () => void {
    for (const instrument of this.#instruments.values()) listener(instrument);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the clock and every observed metric, side by side and under the time limit, before an export. Never rejects. */
  async collect(timeoutMs?: number): Promise<readonly CollectorReport[]> {
    // First, because what is read next may take its time, and a scrape is stamped with its beginning.
    this.#process?.start.set(this.#startMs / 1000, { process_id: this.#processId });
    this.#process?.clock.set(this.#clock.wallMs() / 1000);
    if (this.collectors.size === 0 && this.#reported.size === 0) return [];
    const reports = await this.collectors.run(timeoutMs);
    const worst = new Map<string, { ok: boolean; durationMs: number }>();
    for (const { name, error, durationMs } of reports) {
      const seen = worst.get(name);
      worst.set(name, {
        ok: (seen?.ok ?? true) && error === undefined,
        durationMs: Math.max(seen?.durationMs ?? 0, durationMs),
      });
      if (error !== undefined)
        this.#sayOnce(`collector ${name}`, `The reading of ${name} failed: ${error.message}`);
    }
    for (const [collector, { ok, durationMs }] of worst) {
      this.#collectorSuccess.set(ok ? 1 : 0, { collector });
      this.#collectorDuration.set(durationMs / 1000, { collector });
    }
    // A reader that was ended while it failed must not be reported as failing for ever.
    for (const collector of this.#reported) {
      if (worst.has(collector)) continue;
      this.#collectorSuccess.remove({ collector });
      this.#collectorDuration.remove({ collector });
    }
    this.#reported = new Set(worst.keys());
    return reports;
  }

  /** Counts a record call of which not even the labels could be read as a dropped measurement of the metric. */
  refused(metric: string): void {
    this.#onDropped(metric, 'bad_label');
  }

  /** Sets every series back to its birth: counters and histograms to 0, gauges to unset. Handles stay good. For tests. */
  reset(): void {
    for (const instrument of this.#instruments.values()) instrument.series.reset();
    this.#begin();
    this.#sayOnce = warnOnce();
  }

  /** Says that this process counts from now on, as what is exported does: what it had counted before was exported by another. */
  beginAgain(): void {
    this.#begin();
  }

  #begin(): void {
    if (this.#process === undefined) return;
    this.#process.start.remove({ process_id: this.#processId });
    this.#startMs = this.#clock.wallMs();
    this.#processId = crypto.randomUUID().slice(0, 8);
  }

  #register<L extends LabelValues, I>(descriptor: MetricDescriptor<L>, create: () => I): I {
    const known = this.#instruments.get(descriptor.name);
    if (known !== undefined) {
      if (sameDescriptor(known.descriptor, descriptor)) return known as I;
      throw new DeclarationError(`The ${descriptor.kind} "${descriptor.name}"`, [
        `it is declared already, differently: ${differences(known.descriptor, descriptor)}`,
      ]);
    }
    const names = seriesNames(descriptor);
    const taken = names.find((name) => this.#owners.has(name));
    if (taken !== undefined)
      throw new DeclarationError(`The ${descriptor.kind} "${descriptor.name}"`, [
        `its series ${taken} would have the name of a series of "${this.#owners.get(taken)}"`,
      ]);
    const instrument = create();
    const any = instrument as AnyInstrument;
    this.#instruments.set(descriptor.name, any);
    for (const name of names) this.#owners.set(name, descriptor.name);
    if (descriptor.labels.every((label) => label.values !== undefined)) any.init();
    for (const listener of this.#listeners) listener(any);
    return instrument;
  }

  #onDropped(metric: string, reason: LossReason, what?: () => string): void {
    if (!this.enabled) return;
    this.#dropped.add(1, { metric, reason });
    this.#sayOnce(`${metric} ${reason}`, () => {
      const why = quietly(() => what?.());
      return `A measurement of ${metric} was dropped (${reason}${why === undefined ? '' : `: ${why}`}). Further ones are only counted.`;
    });
  }

  #onOverflowed(metric: string): void {
    if (metric === measurementsOverflowed.name) return;
    this.#overflowed.add(1, { metric });
    this.#sayOnce(
      `${metric} overflow`,
      `${metric} is full or was given a label value that is too long; the rest goes to the overflow series.`,
    );
  }
}

/** What two declarations of a name do not have in common. */
function differences(before: object, now: object): string {
  const [first, second] = [before, now] as { readonly [key: string]: unknown }[];
  const shown = (value: unknown) => (value === undefined ? 'not said' : JSON.stringify(value));
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const different = keys.filter((key) => shown(first![key]) !== shown(second![key]));
  return different
    .map((key) => `${key} was ${shown(first![key])} and is now ${shown(second![key])}`)
    .join('; ');
}
