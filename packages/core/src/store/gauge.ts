import { given, type LabelArgs, type LabelValues, type MetricDescriptor } from '../catalog/index.ts';
import { type GaugeCell, gaugeCell } from './cells.ts';
import type { Clock } from './clock.ts';
import type { Collectors } from './collectors.ts';
import { Instrument } from './instrument.ts';
import { OVERFLOW_VALUE, type SeriesEnvironment } from './series.ts';

/** A gauge's series, bound once. */
export interface BoundGauge {
  /** Replaces the value. NaN and infinities are dropped and counted. */
  set(value: number): void;
  /** Adds to the value, which counts as 0 while it is not set; a negative amount subtracts. */
  add(amount: number): void;
  /** Adds 1. */
  inc(): void;
  /** Subtracts 1. */
  dec(): void;
  /** Takes the series out of the export until it is set again. */
  unset(): void;
}

/** How a gauge is read on each scrape. */
export interface ObserveOptions {
  /**
   * What is exported when a reading fails, or is late and none came since the last scrape: `withhold` (the default) exports nothing, so no old value passes for a new one;
   * `keep` exports the last reading, which stays true for timestamps because their age goes on growing.
   */
  readonly onError?: 'withhold' | 'keep';
}

/** What follows the reader: the labels, which a metric without labels may leave out, and the options. */
export type ObserveArgs<L> = keyof L extends never
  ? [labels?: L, options?: ObserveOptions]
  : [labels: L, options?: ObserveOptions];

/** What a gauge needs besides its series. */
export interface GaugeEnvironment extends SeriesEnvironment {
  readonly collectors: Collectors;
}

/** A value that goes up and down: a depth, a time, a setting. A series is exported once it has been set. */
export class Gauge<L extends LabelValues = LabelValues> extends Instrument<L, GaugeCell> {
  readonly #clock: Clock;
  readonly #collectors: Collectors;
  /** What ends the reading of a series that is read. */
  readonly #readers = new WeakMap<GaugeCell, () => void>();
  /** Which reader gave the value of a series, by how many were there before it. */
  readonly #read = new WeakMap<GaugeCell, number>();
  #observations = 0;

  constructor(descriptor: MetricDescriptor<L>, environment: GaugeEnvironment) {
    super(descriptor, environment, gaugeCell);
    this.#clock = environment.clock;
    this.#collectors = environment.collectors;
  }

  /** Replaces the value of the series with these labels. Never throws. */
  set(value: number, ...labels: LabelArgs<L>): void;
  set(value: number, labels?: LabelValues): void {
    this.series.at(labels)?.set(value);
  }

  /** Adds to the value of the series with these labels; a negative amount subtracts. Never throws. */
  add(amount: number, ...labels: LabelArgs<L>): void;
  add(amount: number, labels?: LabelValues): void {
    this.series.at(labels)?.add(amount);
  }

  /** Adds 1 to the series with these labels: something began. Never throws. */
  inc(...labels: LabelArgs<L>): void;
  inc(labels?: LabelValues): void {
    this.series.at(labels)?.add(1);
  }

  /** Subtracts 1 from the series with these labels: it has ended. Never throws. */
  dec(...labels: LabelArgs<L>): void;
  dec(labels?: LabelValues): void {
    this.series.at(labels)?.add(-1);
  }

  /** Sets the series to now, in seconds since the Unix epoch: for `_timestamp_seconds` metrics. */
  setToNow(...labels: LabelArgs<L>): void;
  setToNow(labels?: LabelValues): void {
    this.series.at(labels)?.set(this.#clock.wallMs() / 1000);
  }

  /** The value that the series with these labels has now; undefined while it is not set or does not exist. Creates nothing. */
  peek(...labels: LabelArgs<L>): number | undefined;
  peek(labels?: LabelValues): number | undefined {
    const value = this.series.peek(labels)?.value;
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** The handle of one series; nothing is exported until it is set. */
  bind(...labels: LabelArgs<L>): BoundGauge;
  bind(labels?: LabelValues): BoundGauge {
    const cell = this.series.at(labels) ?? this.series.detached();
    const again = this.series.labelsAgain(cell);
    if (again === undefined) return cell;
    const now = () => this.series.at(again);
    return {
      set: (value) => now()?.set(value),
      add: (amount) => now()?.add(amount),
      inc: () => now()?.inc(),
      dec: () => now()?.dec(),
      unset: () => now()?.unset(),
    };
  }

  /**
   * Reads the series' value with `read` at each scrape and each push, under the collection's time limit.
   * `undefined` means "no value now". A failing or hanging reader costs this series alone and shows in `sightglass_collector_success`. A reading that comes after
   * the limit is in the next scrape. Computing for long holds all else in the process: give what takes seconds a place of its own, and read its last result.
   * A series has one reader: a later one takes the place of the one before. A series that is beyond the
   * metric's `maxSeries` is not read. Returns the function that ends the reading and takes the series out of the export.
   * `depth.observe(() => queue.size(), { queue: 'orders' })`
   */
  observe(
    read: () => number | undefined | Promise<number | undefined>,
    ...given: ObserveArgs<L>
  ): () => void {
    const [labels, options = {}] = given as [LabelValues | undefined, ObserveOptions?];
    const cell = this.series.at(labels);
    if (cell === undefined || cell.values.includes(OVERFLOW_VALUE)) return () => {};
    this.#readers.get(cell)?.();
    this.series.hold(cell);
    const keeps = keepsOnError(options);
    const turn = ++this.#observations;
    // What comes when a later reader has given its value is old.
    const isOld = () => (this.#read.get(cell) ?? 0) > turn;
    const stop = this.#collectors.add(this.descriptor.name, {
      collect: async () => {
        // A series that was retired is not read any more, or its reader would bring it back.
        if (!this.series.has(cell)) return stop();
        const value = await read();
        if (isOld()) return;
        this.#read.set(cell, turn);
        if (value === undefined || value === null) cell.unset();
        else {
          cell.set(value);
          if (cell.value !== value)
            throw new Error(`the reader gave ${String(value)}, which is not a finite number`);
        }
      },
      failed: () => {
        if (!keeps && !isOld()) cell.unset();
      },
    });
    this.#readers.set(cell, stop);
    return () => {
      stop();
      if (this.#readers.get(cell) === stop) this.series.removeCell(cell);
    };
  }
}

function keepsOnError(options: ObserveOptions): boolean {
  try {
    return given(options, 'onError') === 'keep';
  } catch {
    return false;
  }
}
