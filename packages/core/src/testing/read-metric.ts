import type { LabelArgs, LabelValues } from '../catalog/index.ts';
import type { AnyInstrument, Counter, Gauge, Histogram, Info } from '../store/index.ts';

/** What a histogram's series holds. */
export interface HistogramReading {
  readonly count: number;
  readonly sum: number;
  /** One count for each declared bucket and a last one for +Inf; not cumulative. */
  readonly buckets: readonly number[];
}

/**
 * The value of one series now: a number for a counter, a gauge or an info, {@link HistogramReading} for a histogram.
 * Undefined when the series does not exist or is a gauge that is not set. Reading creates nothing and changes nothing.
 * An observed gauge has the value of its last collection; {@link readExposition} makes one.
 */
export function readMetric<L extends LabelValues>(
  instrument: Counter<L> | Gauge<L> | Info<L>,
  ...labels: LabelArgs<L>
): number | undefined;
export function readMetric<L extends LabelValues>(
  instrument: Histogram<L>,
  ...labels: LabelArgs<L>
): HistogramReading | undefined;
export function readMetric(
  { series }: Pick<AnyInstrument, 'series'>,
  labels?: LabelValues,
): number | HistogramReading | undefined {
  const cell = series.peek(labels);
  if (cell === undefined) return undefined;
  if ('counts' in cell) return { count: cell.count, sum: cell.sum, buckets: [...cell.counts] };
  return Number.isNaN(cell.value) ? undefined : cell.value;
}
