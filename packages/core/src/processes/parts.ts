import type { CounterCell, HistogramCell } from '../store/index.ts';
import type { MergedGauge, Statement } from './merged-gauge.ts';
import { type MergedMetric, type Shared, sameBounds } from './merged-metric.ts';

/** What is told of changes in gauges. */
export interface GaugeChanges {
  /** The gauge is to be settled before it is read. */
  changed(gauge: MergedGauge): void;
  /** Counts changes of statements. */
  turn(): number;
}

/** A series of one incarnation. `take` reads its numbers, which begin at `at`, and returns where they end. */
export interface Part {
  take(numbers: ArrayLike<number>, at: number): number;
  readonly metric?: MergedMetric;
  readonly shared?: Shared;
  readonly statement?: Statement;
}

/** By how much a count has grown. One that is lower than before was begun anew. */
function growth(last: number | undefined, now: number): number {
  if (!(now >= 0 && now < Infinity) || last === undefined) throw new Error(`${now} is no count`);
  return now >= last ? now - last : now;
}

/**
 * What one incarnation had counted when it was last heard of, number after number in the order in which its series were told of. It tells of them in that order again, so that what is read next
 * lies beside what was read last: with many processes, going from object to object takes longer than all else.
 */
export class LastCounts {
  numbers = new Float64Array(256);
  #used = 0;

  /** Where so many numbers lie from now on; they are 0. */
  take(length: number): number {
    const at = this.#used;
    this.#used += length;
    if (this.#used > this.numbers.length) {
      const more = new Float64Array(Math.max(this.#used, this.numbers.length * 2));
      more.set(this.numbers);
      this.numbers = more;
    }
    return at;
  }
}

export class CounterPart implements Part {
  readonly metric: MergedMetric;
  readonly shared: Shared;
  readonly #cell: CounterCell;
  readonly #last: LastCounts;
  readonly #at: number;

  constructor(metric: MergedMetric, shared: Shared, cell: CounterCell, last: LastCounts) {
    this.metric = metric;
    this.shared = shared;
    this.#cell = cell;
    this.#last = last;
    this.#at = last.take(1);
  }

  take(numbers: ArrayLike<number>, at: number): number {
    const now = numbers[at]!;
    const last = this.#last.numbers;
    // Added, never computed anew: a sum of floats in another order may be lower by a hair, which is a restart to Prometheus.
    this.#cell.value += growth(last[this.#at], now);
    last[this.#at] = now;
    return at + 1;
  }
}

/** A count that all read from one place, such as their container: the highest that anybody has stated, whether it lives or not. */
export class HighestPart implements Part {
  readonly metric: MergedMetric;
  readonly shared: Shared;
  readonly #cell: CounterCell;

  constructor(metric: MergedMetric, shared: Shared, cell: CounterCell) {
    this.metric = metric;
    this.shared = shared;
    this.#cell = cell;
  }

  take(numbers: ArrayLike<number>, at: number): number {
    this.#cell.value = Math.max(this.#cell.value, growth(0, numbers[at]!));
    return at + 1;
  }
}

export class HistogramPart implements Part {
  readonly metric: MergedMetric;
  readonly shared: Shared;
  readonly #cell: HistogramCell;
  readonly #last: LastCounts;
  readonly #at: number;
  readonly #buckets: number;
  /** Into which bucket of the merged series each of this one's goes: the first whose bound is not lower. Undefined where they are the same. */
  readonly #into: readonly number[] | undefined;

  constructor(
    metric: MergedMetric,
    shared: Shared,
    cell: HistogramCell,
    last: LastCounts,
    bounds: readonly number[],
  ) {
    this.metric = metric;
    this.shared = shared;
    this.#cell = cell;
    this.#last = last;
    this.#buckets = bounds.length + 1;
    this.#at = last.take(this.#buckets + 1);
    const { upper } = cell.bounds;
    this.#into = sameBounds(bounds, upper)
      ? undefined
      : [...bounds, Infinity].map((bound) => {
          const first = upper.findIndex((own) => own >= bound);
          return first < 0 ? upper.length : first;
        });
  }

  take(numbers: ArrayLike<number>, at: number): number {
    const cell = this.#cell;
    const { counts } = cell;
    const last = this.#last.numbers;
    const begin = this.#at;
    const buckets = this.#buckets;
    const into = this.#into;
    const changed = numbers[at]!;
    // By less than none it would be read again and again.
    if (!(changed >= 0 && changed <= buckets)) throw new Error(`${changed} buckets can not have changed`);
    const end = at + 1 + 2 * changed;
    for (let i = at + 1; i < end; i += 2) {
      const bucket = numbers[i]!;
      if (!(bucket >= 0 && bucket < buckets)) throw new Error(`there is no bucket ${bucket}`);
      const now = numbers[i + 1]!;
      const grown = growth(last[begin + bucket], now);
      counts[into === undefined ? bucket : into[bucket]!]! += grown;
      last[begin + bucket] = now;
    }
    const sum = numbers[end]!;
    cell.sum += growth(last[begin + buckets], sum);
    last[begin + buckets] = sum;
    return end + 1;
  }
}

export class StatementPart implements Part {
  readonly metric: MergedMetric;
  readonly shared: Shared;
  readonly statement: Statement;
  readonly #changes: GaugeChanges;

  constructor(metric: MergedMetric, shared: Shared, statement: Statement, changes: GaugeChanges) {
    this.metric = metric;
    this.shared = shared;
    this.statement = statement;
    this.#changes = changes;
  }

  take(numbers: ArrayLike<number>, at: number): number {
    const { statement } = this;
    const value = numbers[at]!;
    if (value === Infinity || value === -Infinity) throw new Error('a gauge is not finite');
    statement.value = value;
    statement.turn = this.#changes.turn();
    this.#changes.changed(statement.gauge);
    if (statement.judged !== undefined) for (const gauge of statement.judged) this.#changes.changed(gauge);
    return at + 1;
  }
}
