import {
  DeclarationError,
  given,
  type LabelArgs,
  type LabelValues,
  type MetricDescriptor,
  problemsOf,
} from '../catalog/index.ts';
import { Bounds, type HistogramCell, histogramCell } from './cells.ts';
import { Instrument } from './instrument.ts';
import type { SeriesEnvironment } from './series.ts';
import { startTimer, timed } from './timer.ts';

/** A histogram's series, bound once. */
export interface BoundHistogram {
  /** Records one observation, in the metric's unit. NaN, infinities and negative values are dropped and counted. Never allocates. */
  record(value: number): void;
  /** As {@link Histogram.time}, in this series. */
  time<T>(work: () => T): T;
  /** Starts a timer, whose end records in this series. */
  startTimer(): { end(): number };
}

/** A timer that runs. */
export interface HistogramTimer<L extends LabelValues = LabelValues> {
  /** Records the seconds since its start, the first time it is called, and returns them each time. Never throws. */
  end(...labels: LabelArgs<L>): number;
}

/** The distribution of a size or a duration, in fixed buckets; quantiles are computed by the reader over any window. */
export class Histogram<L extends LabelValues = LabelValues> extends Instrument<L, HistogramCell> {
  readonly #own: OwnBounds;

  constructor(descriptor: MetricDescriptor<L>, environment: SeriesEnvironment) {
    const own = new OwnBounds(descriptor as MetricDescriptor);
    super(descriptor, environment, (context, values, startMs) =>
      histogramCell(context, values, startMs, own.of(values)),
    );
    this.#own = own;
  }

  /** Records one observation in the series with these labels. Never throws. */
  record(value: number, ...labels: LabelArgs<L>): void;
  record(value: number, labels?: LabelValues): void {
    this.series.at(labels)?.record(value);
  }

  /**
   * Does the work, and records how long it took in seconds, whether it returns, throws, resolves or rejects; what it gives passes unchanged. For
   * metrics in seconds. What is no `Promise` has ended when it is returned: await a query builder in an async function.
   * @example
   * const rows = await queryDuration.time(() => db.query(sql), { table: 'orders' });
   */
  time<T>(work: () => T, ...labels: LabelArgs<L>): T;
  time<T>(work: () => T, labels?: LabelValues): T {
    return timed(
      this.#startTimer(() => this.series.at(labels)),
      work,
    );
  }

  /**
   * Starts a timer, for what begins and ends in different places. Labels are given at its end, when all of them are known.
   * @example
   * const timer = queryDuration.startTimer();
   * timer.end({ table: 'orders', status: 'ok' });
   */
  startTimer(): HistogramTimer<L> {
    let labels: LabelValues | undefined;
    const end = this.#startTimer(() => this.series.at(labels));
    return {
      end: (...given: LabelArgs<L>) => {
        labels = given[0] as LabelValues | undefined;
        return end();
      },
    };
  }

  #startTimer(cell: () => HistogramCell | undefined): () => number {
    return startTimer(this.series.context.clock, (seconds) => cell()?.record(seconds));
  }

  /** The handle of one series, which is born empty now. */
  bind(...labels: LabelArgs<L>): BoundHistogram;
  bind(labels?: LabelValues): BoundHistogram {
    const cell = this.series.at(labels) ?? this.series.detached();
    const again = this.series.labelsAgain(cell);
    if (again === undefined) return cell;
    const now = () => this.series.at(again);
    return {
      record: (value) => now()?.record(value),
      time: (work) => timed(this.#startTimer(now), work),
      startTimer: () => ({ end: this.#startTimer(now) }),
    };
  }

  /**
   * Gives the series with these labels buckets of their own, whatever their other labels: so that what was promised for them is a bound, and counting what is within it needs no
   * interpolation. `bounds` are upper bounds, ascending, without +Inf. Series that have other bounds end, and begin anew at 0 when they are next recorded; handles bound to them record
   * to nowhere. For authors of domains, who declare it before anything is recorded. Throws a `DeclarationError` for bounds that no metric could have.
   * @example
   * duration.boundsFor({ job_name: 'backup' }, [60, 600, 1_200, 3_600]);
   */
  boundsFor(labels: Partial<L>, bounds: readonly number[]): void {
    const subject = `The buckets of "${this.descriptor.name}"`;
    try {
      const problems = problemsOf({ ...(this.descriptor as MetricDescriptor), buckets: bounds });
      if (problems.length > 0) throw new DeclarationError(subject, problems);
      if (!this.#own.set(labels as LabelValues, bounds)) return;
    } catch (error) {
      throw DeclarationError.from(error, subject);
    }
    const values = this.descriptor.labels.map(({ name }) => given(labels as LabelValues, name));
    for (const cell of this.series.matching(values))
      if (cell.bounds !== this.#own.of(cell.values)) this.series.removeCell(cell);
  }
}

/** The buckets of one metric's series: those of its declaration, or their own. */
class OwnBounds {
  readonly #names: readonly string[];
  readonly #declared: Bounds;
  /** One object for all series that have the same bounds. */
  readonly #shared = new Map<string, Bounds>();
  /** By which labels were given, as positions, then by their values. */
  readonly #byPositions = new Map<
    string,
    { readonly positions: readonly number[]; readonly byValues: Map<string, Bounds> }
  >();

  constructor({ labels, buckets = [] }: MetricDescriptor) {
    this.#names = labels.map(({ name }) => name);
    this.#declared = this.#share(buckets);
  }

  /** The bounds of the series with these label values, in declaration order. */
  of(values: readonly string[]): Bounds {
    let found: Bounds | undefined;
    for (const { positions, byValues } of this.#byPositions.values())
      found = byValues.get(keyOf(positions.map((position) => values[position]))) ?? found;
    return found ?? this.#declared;
  }

  /** Returns whether that changes anything for the series with these labels. */
  set(labels: LabelValues, bounds: readonly number[]): boolean {
    const positions = this.#names.flatMap((name, i) => (given(labels, name) === undefined ? [] : [i]));
    const key = keyOf(positions);
    const own = this.#byPositions.get(key) ?? { positions, byValues: new Map() };
    this.#byPositions.set(key, own);
    const values = keyOf(positions.map((position) => labels[this.#names[position]!]));
    const [before, after] = [own.byValues.get(values), this.#share(bounds)];
    own.byValues.set(values, after);
    return before !== after;
  }

  #share(bounds: readonly number[]): Bounds {
    const key = keyOf(bounds);
    const shared = this.#shared.get(key) ?? new Bounds(Object.freeze([...bounds]));
    this.#shared.set(key, shared);
    return shared;
  }
}

const keyOf = (values: readonly unknown[]): string => JSON.stringify(values);
