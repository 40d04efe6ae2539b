import type { MetricDescriptor } from '../catalog/index.ts';
import type { Changes, NewSeries } from './changes.ts';

/** A cell of a store, as far as it is read here. */
export type ReadCell = { readonly values: readonly string[] } & (
  | { readonly value: number }
  | {
      readonly bounds: { readonly upper: readonly number[] };
      readonly counts: ArrayLike<number>;
      readonly sum: number;
    }
);

export interface ReadInstrument {
  readonly descriptor: MetricDescriptor;
  readonly series: { readonly cells: readonly ReadCell[]; readonly revision: number };
}

/** A store, as far as it is read here: this room stands below the store, which hands itself over. */
export interface ReadStore {
  instruments(): Iterable<ReadInstrument>;
  collect(timeoutMs?: number): Promise<unknown>;
  /** Of a thread's, that is read by another: whether it has been at work since this was last asked. */
  hasLived?(): boolean;
}

/** What a cell had when it was last told of: its value, or the counts of its buckets and, at the end, its sum. */
type Told = ArrayLike<number>;

/** A message that has so many numbers, or new and removed series, is followed by another. */
const MOST_NUMBERS = 65_536;
const MOST_NEWS = 1_000;

/**
 * Finds what has changed in a store, each time since the time before, by comparing: recording knows nothing of it. What is in `base` was told to somebody else, and is not counted again.
 */
export class Differences {
  readonly #store: ReadStore;
  readonly #base: WeakMap<ReadCell, Told>;
  readonly #known = new Map<ReadInstrument, KnownSeries>();
  #nextId = 0;

  constructor(store: ReadStore, base: WeakMap<ReadCell, Told> = new WeakMap()) {
    this.#store = store;
    this.#base = base;
  }

  /** What has changed since the last call, in messages of bounded size; none when nothing has. */
  take(): Changes[] {
    const messages: Changes[] = [];
    let message = new Message();
    const next = () => {
      if (message.isEmpty) return;
      messages.push(message);
      message = new Message();
    };
    for (const instrument of this.#store.instruments()) {
      const known = this.#knownOf(instrument);
      message.removed.push(...known.look(instrument.series));
      for (let i = 0; i < known.cells.length; i++) {
        if (!known.hasChanged(i)) continue;
        if (message.isFull) next();
        if (!known.isDescribed) {
          known.isDescribed = true;
          message.metrics.push([known.id, instrument.descriptor]);
        }
        if (known.ids[i] === NONE) message.series.push(known.introduce(i, this.#nextId++));
        known.tell(i, message.numbers);
      }
      if (message.isFull) next();
    }
    next();
    return messages;
  }

  /** Differences to what was told so far, for another that is told from now on. What only stands, as a gauge does, is told anew. */
  again(): Differences {
    const told = new WeakMap<ReadCell, Told>();
    // These may not have been told of anything, as when nobody could be reached: then what was told before them still stands.
    for (const { series } of this.#store.instruments())
      for (const cell of series.cells) {
        const before = this.#base.get(cell);
        if (before !== undefined) told.set(cell, before);
      }
    for (const known of this.#known.values()) known.saveTo(told);
    return new Differences(this.#store, told);
  }

  #knownOf(instrument: ReadInstrument): KnownSeries {
    let known = this.#known.get(instrument);
    if (known === undefined) {
      known = new KnownSeries(this.#known.size, instrument.descriptor, this.#base);
      this.#known.set(instrument, known);
    }
    return known;
  }
}

class Message implements Changes {
  readonly metrics: [number, MetricDescriptor][] = [];
  readonly series: NewSeries[] = [];
  readonly removed: number[] = [];
  readonly numbers: number[] = [];

  get isEmpty(): boolean {
    return this.#news === 0 && this.numbers.length === 0;
  }

  get isFull(): boolean {
    return this.numbers.length >= MOST_NUMBERS || this.#news >= MOST_NEWS;
  }

  get #news(): number {
    return this.metrics.length + this.series.length + this.removed.length;
  }
}

/** A series that was not told of yet has no number. */
const NONE = -1;

/** The series of one instrument and what was told of them. In arrays, as the exposition's are: a look goes from one end to the other. */
class KnownSeries {
  readonly id: number;
  isDescribed = false;
  cells: readonly ReadCell[] = [];
  ids: number[] = [];
  /** The value that was told, or the sum of a histogram. */
  #stamps: number[] = [];
  /** What was told of each histogram. */
  #told: (Float64Array | undefined)[] = [];
  #revision = -1;
  readonly #base: WeakMap<ReadCell, Told>;
  readonly #counts: boolean;

  constructor(id: number, { kind, merge }: MetricDescriptor, base: WeakMap<ReadCell, Told>) {
    this.id = id;
    this.#base = base;
    // Of what all read from one place nobody has told a share.
    this.#counts = (kind === 'counter' && merge === undefined) || kind === 'histogram';
  }

  /** Takes up the series that there are now. Returns the numbers of those that were told of and are gone. */
  look({ cells, revision }: ReadInstrument['series']): number[] {
    let gone: number[] = [];
    if (this.#revision !== revision) gone = this.#sortOut(cells);
    else if (cells.length !== this.cells.length) this.cells = cells.slice();
    this.#revision = revision;
    for (let i = this.ids.length; i < this.cells.length; i++) {
      this.ids.push(NONE);
      this.#stamps.push(Number.NaN);
      this.#told.push(undefined);
    }
    return gone;
  }

  hasChanged(i: number): boolean {
    const cell = this.cells[i]!;
    const stamp = this.#stamps[i]!;
    if (!('counts' in cell)) {
      const { value } = cell;
      // A gauge that is not set has no value, and one that is new is not told of before it has one.
      return value !== stamp && !(Number.isNaN(value) && Number.isNaN(stamp));
    }
    if (cell.sum !== stamp) return true;
    const told = this.#told[i]!;
    const { counts } = cell;
    for (let k = 0; k < counts.length; k++) if (counts[k] !== told[k]) return true;
    return false;
  }

  introduce(i: number, id: number): NewSeries {
    const cell = this.cells[i]!;
    this.ids[i] = id;
    return 'counts' in cell ? [id, this.id, cell.values, cell.bounds.upper] : [id, this.id, cell.values];
  }

  /** Each number is read once: another thread may be writing it. */
  tell(i: number, numbers: number[]): void {
    const cell = this.cells[i]!;
    const base = this.#counts ? this.#base.get(cell) : undefined;
    numbers.push(this.ids[i]!);
    if (!('counts' in cell)) {
      const { value } = cell;
      this.#stamps[i] = value;
      numbers.push(value - (base?.[0] ?? 0));
      return;
    }
    const { counts } = cell;
    const { length } = counts;
    const told = this.#told[i] ?? new Float64Array(length + 1);
    this.#told[i] = told;
    const changedAt = numbers.push(0) - 1;
    let changed = 0;
    for (let k = 0; k < length; k++) {
      const count = counts[k]!;
      if (count === told[k]) continue;
      told[k] = count;
      numbers.push(k, count - (base?.[k] ?? 0));
      changed++;
    }
    numbers[changedAt] = changed;
    const { sum } = cell;
    this.#stamps[i] = sum;
    told[length] = sum;
    numbers.push(sum - (base?.[length] ?? 0));
  }

  saveTo(told: WeakMap<ReadCell, Told>): void {
    if (!this.#counts) return;
    for (const [i, cell] of this.cells.entries()) {
      // What was told to the one before this was told too.
      const last = this.ids[i] === NONE ? this.#base.get(cell) : (this.#told[i] ?? [this.#stamps[i]!]);
      if (last !== undefined) told.set(cell, last);
    }
  }

  /** Series were removed or set back: goes through all of them. */
  #sortOut(cells: readonly ReadCell[]): number[] {
    const places = new Map(this.cells.map((cell, i) => [cell, i]));
    const kept = cells.map((cell) => places.get(cell));
    const gone = new Set(this.ids);
    gone.delete(NONE);
    for (const place of kept) if (place !== undefined) gone.delete(this.ids[place]!);
    this.ids = kept.map((place) => (place === undefined ? NONE : this.ids[place]!));
    this.#stamps = kept.map((place) => (place === undefined ? Number.NaN : this.#stamps[place]!));
    this.#told = kept.map((place) => (place === undefined ? undefined : this.#told[place]));
    this.cells = cells.slice();
    return [...gone];
  }
}
