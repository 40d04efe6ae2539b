import {
  describe,
  type LabelDomain,
  type LabelValues,
  type Merge,
  type MetricDescriptor,
  mergeOf,
} from '../catalog/index.ts';
import type { AnyInstrument, Cell, Histogram, Store } from '../store/index.ts';
import { MergedGauge } from './merged-gauge.ts';

/** Tells the processes apart in gauges that are shown for each. Its values are few: who comes takes the place of one that went. */
const PROCESS_LABEL = 'process';

/** No metric has more, whatever another process says: closed labels are born at once. */
const MOST_SERIES = 1_000_000;

/** A series that several processes have, as one. */
export class Shared {
  readonly cell: Cell;
  readonly gauge: MergedGauge | undefined;
  /** How many living processes have it. */
  living = 0;
  /** Since when none has, where it ends by itself then. */
  orphanedMs: number | undefined;

  constructor(cell: Cell, merge: Merge) {
    this.cell = cell;
    this.gauge = 'counts' in cell || !('set' in cell) ? undefined : new MergedGauge(cell, merge);
  }
}

/** One metric as its processes have it together: an instrument of the merged store. */
export class MergedMetric {
  readonly descriptor: MetricDescriptor;
  readonly merge: Merge;
  /** After how long a series ends that no living process has; undefined where it stays. */
  readonly expiresAfterMs: number | undefined;
  readonly #instrument: AnyInstrument;
  readonly #shared = new Map<Cell, Shared>();
  readonly #isByProcess: boolean;

  /** Throws a `DeclarationError` for a descriptor that no metric could have. */
  constructor(store: Store, given: MetricDescriptor) {
    const { kind, name, help, labels, unit, buckets, maxSeries, convention, merge } = given;
    const spec: { [name: string]: LabelDomain } = {};
    for (const label of labels) spec[label.name] = label.values ?? String;
    this.merge = mergeOf(given);
    this.#isByProcess = this.merge === 'each' && !(PROCESS_LABEL in spec);
    if (this.#isByProcess) spec[PROCESS_LABEL] = String;
    // It does not end here by itself: it ends where it is recorded.
    this.descriptor = describe(kind, name, {
      help,
      labels: spec,
      maxSeries: Math.min(maxSeries, MOST_SERIES),
      ...(unit === undefined ? {} : { unit }),
      ...(buckets === undefined ? {} : { buckets }),
      ...(convention === undefined ? {} : { convention }),
      ...(merge === undefined ? {} : { merge }),
    }) as MetricDescriptor;
    this.expiresAfterMs =
      typeof given.expiresAfterSeconds === 'number' ? given.expiresAfterSeconds * 1_000 : undefined;
    this.#instrument = store[kind](this.descriptor) as unknown as AnyInstrument;
  }

  /** Whether a process that declares it so means the same metric: what it is and its labels, not how it is described. */
  fits({ kind, labels }: MetricDescriptor): boolean {
    const own = this.descriptor.labels.length - (this.#isByProcess ? 1 : 0);
    return (
      kind === this.descriptor.kind &&
      labels.length === own &&
      labels.every(({ name }) => this.descriptor.labels.some((label) => label.name === name))
    );
  }

  /** The series with these labels; undefined where they are no labels of this metric. A histogram that is new gets these bounds. */
  at(labels: LabelValues, process: string, bounds: readonly number[] | undefined): Shared | undefined {
    const all = this.#isByProcess ? { ...labels, [PROCESS_LABEL]: process } : labels;
    const { series } = this.#instrument;
    if (
      bounds !== undefined &&
      series.peek(all) === undefined &&
      !sameBounds(bounds, this.descriptor.buckets)
    )
      (this.#instrument as unknown as Histogram).boundsFor(labels, bounds);
    const cell = series.at(all);
    if (cell === undefined) return undefined;
    let shared = this.#shared.get(cell);
    if (shared === undefined) {
      shared = new Shared(cell, this.merge);
      this.#shared.set(cell, shared);
    }
    return shared;
  }

  /** Takes a series out of the export. */
  remove(shared: Shared): void {
    this.#shared.delete(shared.cell);
    this.#instrument.series.removeCell(shared.cell);
  }
}

export function sameBounds(one: readonly number[], other: readonly number[] | undefined): boolean {
  return one.length === other?.length && one.every((bound, i) => bound === other[i]);
}
