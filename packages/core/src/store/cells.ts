import { type Losses, reasonOf } from './losses.ts';

/** What the cells of one metric share: the name for accounting, the bounds of its buckets, and where a histogram is sent on. */
export interface CellContext {
  readonly metric: string;
  readonly losses: Losses;
  /** How many buckets a histogram has besides +Inf. */
  readonly buckets: number;
  /** Their upper bounds, as {@link searchableBounds} makes them. */
  readonly bounds: Float64Array;
  /** Set when a histogram's observations also go to an OTel instrument (`attachMeterProvider`). */
  forward: ((value: number, values: readonly string[]) => void) | undefined;
}

/** Bounds as a typed array, filled up with +Inf, which no value is above, to a multiple of four: the search for a bucket takes four at a time. */
export function searchableBounds(bounds: readonly number[]): Float64Array {
  const padding = (4 - (bounds.length % 4)) % 4;
  return Float64Array.from([...bounds, ...new Array<number>(padding).fill(Number.POSITIVE_INFINITY)]);
}

/** What every cell has besides its value. */
abstract class BaseCell {
  /** Label values in declaration order. */
  readonly values: readonly string[];
  /** Wall time in ms at which the series began. */
  readonly startMs: number;
  protected readonly context: CellContext;

  constructor(context: CellContext, values: readonly string[], startMs: number) {
    this.context = context;
    this.values = values;
    this.startMs = startMs;
  }
}

/** One series of a counter. Also the handle that `bind` returns: `add` touches nothing but this object. */
export class CounterCell extends BaseCell {
  value = 0;

  add(amount = 1): void {
    if (typeof amount === 'number' && amount >= 0 && amount < Infinity) this.value += amount;
    else this.context.losses.dropped(this.context.metric, reasonOf(amount));
  }

  reset(): void {
    this.value = 0;
  }
}

/** One series of a gauge or an info. NaN means "not set yet", and such a series is not exported. */
export class GaugeCell extends BaseCell {
  value = Number.NaN;

  set(value: number): void {
    if (typeof value === 'number' && value - value === 0) this.value = value;
    else this.context.losses.dropped(this.context.metric, reasonOf(value));
  }

  /** Adds to the value, which counts as 0 while it is not set. */
  add(amount: number): void {
    if (typeof amount === 'number' && amount - amount === 0)
      this.value = (Number.isNaN(this.value) ? 0 : this.value) + amount;
    else this.context.losses.dropped(this.context.metric, reasonOf(amount));
  }

  /** Takes the series out of the export until it is set again. */
  unset(): void {
    this.value = Number.NaN;
  }

  reset(): void {
    this.value = Number.NaN;
  }
}

/** One series of a histogram: a count for each bucket (the last is +Inf), not cumulative, and the sum. */
export class HistogramCell extends BaseCell {
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(context: CellContext, values: readonly string[], startMs: number) {
    super(context, values, startMs);
    this.counts = new Array<number>(context.buckets + 1).fill(0);
  }

  record(value: number): void {
    const context = this.context;
    if (!(typeof value === 'number' && value >= 0 && value < Infinity)) {
      context.losses.dropped(context.metric, reasonOf(value));
      return;
    }
    const bounds = context.bounds;
    let bucket = 0;
    // Every bound is compared, four at a time and without a branch: where a search stops can't be predicted, and a wrong guess costs more.
    for (let i = 0; i < bounds.length; i += 4) {
      bucket +=
        Number(value > bounds[i]!) +
        Number(value > bounds[i + 1]!) +
        Number(value > bounds[i + 2]!) +
        Number(value > bounds[i + 3]!);
    }
    this.counts[bucket]!++;
    this.count++;
    this.sum += value;
    if (context.forward !== undefined) context.forward(value, this.values);
  }

  reset(): void {
    this.counts.fill(0);
    this.sum = 0;
    this.count = 0;
  }
}

export type Cell = CounterCell | GaugeCell | HistogramCell;
