import type { Pages } from '../handover/index.ts';
import type { Clock } from './clock.ts';
import { type Losses, reasonOf } from './losses.ts';
import { startTimer, timed } from './timer.ts';

/** What the cells of one metric share: the name for accounting, and where a histogram is sent on. */
export interface CellContext {
  readonly metric: string;
  readonly losses: Losses;
  /** What timers read. */
  readonly clock: Clock;
  /** Where its numbers lie that another thread reads; undefined where they lie in the cells. */
  readonly pages: Pages | undefined;
  /** Set when a histogram's observations also go to an OTel instrument (`attachMeterProvider`). */
  forward: ((value: number, cell: HistogramCell) => void) | undefined;
}

/*
 * A record takes a few nanoseconds, so that how fields are declared is half of it (`pnpm bench`): no private names, and none that is `undefined` before
 * its constructor sets it, as a field without `declare` is. What a cell does is written once: where its numbers lie is said by the class below it, of which a process has only one.
 */

/** What every cell has besides its value. */
abstract class BaseCell {
  /** Label values in declaration order. */
  declare readonly values: readonly string[];
  /** Wall time in ms at which the series began. */
  declare readonly startMs: number;
  declare protected readonly context: CellContext;

  constructor(context: CellContext, values: readonly string[], startMs: number) {
    this.context = context;
    this.values = values;
    this.startMs = startMs;
  }
}

/** One series of a counter. Also the handle that `bind` returns: `add` touches nothing but this object. */
export abstract class CounterCell extends BaseCell {
  abstract value: number;

  add(amount = 1): void {
    if (typeof amount === 'number' && amount >= 0 && amount < Infinity) this.value += amount;
    else this.context.losses.dropped(this.context.metric, reasonOf(amount));
  }

  reset(): void {
    this.value = 0;
  }
}

/** One series of a gauge or an info. NaN means "not set yet", and such a series is not exported. */
export abstract class GaugeCell extends BaseCell {
  abstract value: number;

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

/** Bits of a double below those that say in which eighth of which power of two it is: a sign, eleven bits of exponent and three of mantissa are left. */
const BITS_BELOW = 17;

const VALUE = new Float64Array(1);
const HALVES = new Int32Array(VALUE.buffer);
/** Which half of a double holds its sign and exponent on this machine. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** In which eighth of which power of two a number is, counted from 0; below 0 for a negative one, and beyond every table for what is none or has no end. */
function eighthOf(value: number): number {
  VALUE[0] = value;
  return HALVES[HIGH]! >> BITS_BELOW;
}

/** The least number of an eighth. */
function leastOf(eighth: number): number {
  VALUE[0] = 0;
  HALVES[HIGH] = eighth << BITS_BELOW;
  return VALUE[0];
}

/** How far the table goes on below the lowest bound and above the highest: four powers of two, as what is measured is mostly not far from what was expected. */
const BEYOND = 32;

/**
 * The upper bounds of a histogram's buckets, and which bucket a value falls into. Shared by all series that have the same ones.
 *
 * The bits of a number lead to its place in a table, and one comparison does the rest where no eighth of a power of two holds two bounds: a search would have
 * to stop somewhere, which can't be predicted, and a wrong guess costs more than all the rest. A cell reads the table itself.
 */
export class Bounds {
  /** Ascending, without +Inf. */
  readonly upper: readonly number[];
  /** The eighth of the table's first place. */
  readonly lowest: number;
  /** For each eighth from there: how many bounds are below it. Empty where an eighth holds several bounds, so that one comparison would not do. */
  readonly below: Uint16Array;
  /** For each of them the first bound that is not below it: read beside that number, not after it. */
  readonly limits: Float64Array;

  constructor(upper: readonly number[]) {
    this.upper = upper;
    const positive = upper.filter((bound) => bound > 0);
    this.lowest = Math.max(0, eighthOf(positive[0] ?? 1) - BEYOND);
    const held = upper.filter((bound) => bound >= 0).map((bound) => eighthOf(bound + 0));
    const isSparse = new Set(held).size === held.length && upper.length <= 0xffff;
    // What has no end is in no table.
    const highest = Math.min(eighthOf(positive.at(-1) ?? 1) + BEYOND, eighthOf(Number.MAX_VALUE));
    this.below = new Uint16Array(isSparse ? highest - this.lowest + 1 : 0);
    this.limits = new Float64Array(this.below.length);
    for (let i = 0, passed = 0; i < this.below.length; i++) {
      const least = leastOf(this.lowest + i);
      while (passed < upper.length && upper[passed]! < least) passed++;
      this.below[i] = passed;
      this.limits[i] = upper[passed] ?? Number.POSITIVE_INFINITY;
    }
  }

  /** The position of the first bound that a number is not above; that of +Inf is the number of bounds. For what the table does not hold. */
  bucketOf(value: number): number {
    let from = 0;
    let to = this.upper.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (value > this.upper[middle]!) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** One series of a histogram: a count for each bucket (the last is +Inf), not cumulative, and the sum. */
export abstract class HistogramCell extends BaseCell {
  declare readonly bounds: Bounds;
  abstract readonly counts: number[] | Float64Array;
  abstract sum: number;
  // The table of the bounds, a step nearer, as it is read at each record.
  declare protected readonly lowest: number;
  declare protected readonly below: Uint16Array;
  declare protected readonly limits: Float64Array;

  constructor(context: CellContext, values: readonly string[], startMs: number, bounds: Bounds) {
    super(context, values, startMs);
    this.bounds = bounds;
    this.lowest = bounds.lowest;
    this.below = bounds.below;
    this.limits = bounds.limits;
  }

  /** How many observations there were: all buckets together, so that a record has one field less to change. */
  get count(): number {
    let count = 0;
    for (const inBucket of this.counts) count += inBucket;
    return count;
  }

  record(value: number): void {
    if (typeof value === 'number') {
      VALUE[0] = value;
      const place = (HALVES[HIGH]! >> BITS_BELOW) - this.lowest;
      // One comparison for all that is not in the table, what is negative or no number among it.
      if (place >>> 0 < this.below.length) {
        this.counts[this.below[place]! + Number(value > this.limits[place]!)]!++;
        this.sum += value;
        if (this.context.forward !== undefined) this.context.forward(value, this);
        return;
      }
    }
    this.recordOther(value);
  }

  /** Records what is not in the table of the bounds, unless no histogram may hold it. */
  private recordOther(value: number): void {
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

/** An array of zeros that holds doubles from its beginning: their counting needs no look at whether a number is still a small integer. */
function zeros(length: number): number[] {
  const zeros: number[] = [];
  for (let i = 0; i < length; i++) zeros.push(0.5);
  // `fill` would make them integers again.
  for (let i = 0; i < length; i++) zeros[i] = 0;
  return zeros;
}

export type Cell = CounterCell | GaugeCell | HistogramCell;

class OwnCounterCell extends CounterCell {
  value = 0;
}

class OwnGaugeCell extends GaugeCell {
  value = Number.NaN;
}

class OwnHistogramCell extends HistogramCell {
  declare readonly counts: number[];
  sum = 0;

  constructor(context: CellContext, values: readonly string[], startMs: number, bounds: Bounds) {
    super(context, values, startMs, bounds);
    this.counts = zeros(bounds.upper.length + 1);
  }
}

/* The same in pages, which another thread reads. */

class PagedCounterCell extends CounterCell {
  declare readonly numbers: Float64Array;

  constructor(context: CellContext, values: readonly string[], startMs: number, numbers: Float64Array) {
    super(context, values, startMs);
    this.numbers = numbers;
  }

  get value(): number {
    return this.numbers[0]!;
  }

  set value(value: number) {
    this.numbers[0] = value;
  }
}

class PagedGaugeCell extends GaugeCell {
  declare readonly numbers: Float64Array;

  constructor(context: CellContext, values: readonly string[], startMs: number, numbers: Float64Array) {
    super(context, values, startMs);
    this.numbers = numbers;
    numbers[0] = Number.NaN;
  }

  get value(): number {
    return this.numbers[0]!;
  }

  set value(value: number) {
    this.numbers[0] = value;
  }
}

class PagedHistogramCell extends HistogramCell {
  /** The counts, and then the sum. */
  declare readonly numbers: Float64Array;
  declare readonly counts: Float64Array;
  declare private readonly sumAt: number;

  constructor(
    context: CellContext,
    values: readonly string[],
    startMs: number,
    bounds: Bounds,
    numbers: Float64Array,
  ) {
    super(context, values, startMs, bounds);
    this.numbers = numbers;
    this.sumAt = numbers.length - 1;
    this.counts = numbers.subarray(0, -1);
  }

  get sum(): number {
    return this.numbers[this.sumAt]!;
  }

  set sum(sum: number) {
    this.numbers[this.sumAt] = sum;
  }
}

export const counterCell = (context: CellContext, values: readonly string[], startMs: number): CounterCell =>
  context.pages === undefined
    ? new OwnCounterCell(context, values, startMs)
    : new PagedCounterCell(context, values, startMs, context.pages.take(1));

export const gaugeCell = (context: CellContext, values: readonly string[], startMs: number): GaugeCell =>
  context.pages === undefined
    ? new OwnGaugeCell(context, values, startMs)
    : new PagedGaugeCell(context, values, startMs, context.pages.take(1));

export const histogramCell = (
  context: CellContext,
  values: readonly string[],
  startMs: number,
  bounds: Bounds,
): HistogramCell =>
  context.pages === undefined
    ? new OwnHistogramCell(context, values, startMs, bounds)
    : new PagedHistogramCell(context, values, startMs, bounds, context.pages.take(bounds.upper.length + 2));
