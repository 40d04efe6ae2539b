import type { Bounds } from './bounds.ts';
import type { Clock } from './clock.ts';
import { type Losses, reasonOf } from './losses.ts';
import { startTimer, timed } from './timer.ts';

/** What the cells of one metric share: the name for accounting, and where a histogram is sent on. */
export interface CellContext {
  readonly metric: string;
  readonly losses: Losses;
  /** What timers read. */
  readonly clock: Clock;
  /** Set when a histogram's observations also go to an OTel instrument (`attachMeterProvider`). */
  forward: ((value: number, cell: HistogramCell) => void) | undefined;
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

  inc(): void {
    this.add(1);
  }

  dec(): void {
    this.add(-1);
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
  readonly bounds: Bounds;
  readonly counts: number[];
  sum = 0;

  constructor(context: CellContext, values: readonly string[], startMs: number, bounds: Bounds) {
    super(context, values, startMs);
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.upper.length + 1).fill(0);
  }

  /** How many observations there were: all buckets together, so that a record has one field less to change. */
  get count(): number {
    let count = 0;
    for (const inBucket of this.counts) count += inBucket;
    return count;
  }

  record(value: number): void {
    if (!(typeof value === 'number' && value >= 0 && value < Infinity)) {
      this.context.losses.dropped(this.context.metric, reasonOf(value));
      return;
    }
    this.counts[this.bounds.bucketOf(value)]!++;
    this.sum += value;
    if (this.context.forward !== undefined) this.context.forward(value, this);
  }

  time<T>(work: () => T): T {
    return timed(this.startTimer().end, work);
  }

  startTimer(): { readonly end: () => number } {
    return { end: startTimer(this.context.clock, (seconds) => this.record(seconds)) };
  }

  reset(): void {
    this.counts.fill(0);
    this.sum = 0;
  }
}

export type Cell = CounterCell | GaugeCell | HistogramCell;
