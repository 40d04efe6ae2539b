import type { DeclaredMetric, Described, LabelArgs, LabelValues } from '../catalog/index.ts';
import { createExposition } from '../exposition/index.ts';
import {
  type AnyInstrument,
  type Counter,
  type Gauge,
  type Histogram,
  type Info,
  processStore,
} from '../store/index.ts';

/** What a histogram's series holds. */
export interface HistogramReading {
  readonly count: number;
  readonly sum: number;
  /** One count for each declared bucket and a last one for +Inf; not cumulative. */
  readonly buckets: readonly number[];
}

/** A metric of these kinds: an instrument, or a metric of this library, which is data until what it measures is switched on. */
type Single<L extends LabelValues> =
  | Counter<L>
  | Gauge<L>
  | Info<L>
  | DeclaredMetric<L, 'counter' | 'gauge' | 'info'>;
type Distribution<L extends LabelValues> = Histogram<L> | DeclaredMetric<L, 'histogram'>;

/**
 * The value of one series now: a number for a counter, a gauge or an info, {@link HistogramReading} for a histogram.
 * Undefined when the series does not exist or is a gauge that is not set, or nothing measures the metric in this process. Reading creates nothing and
 * changes nothing. An observed gauge has the value of its last collection; {@link readExposition} makes one.
 * @example
 * readMetric(cacheOperations, { cache: 'users', operation: 'get', result: 'hit' });
 */
export function readMetric<L extends LabelValues>(
  metric: Single<L>,
  ...labels: LabelArgs<L>
): number | undefined;
export function readMetric<L extends LabelValues>(
  metric: Distribution<L>,
  ...labels: LabelArgs<L>
): HistogramReading | undefined;
export function readMetric(
  metric: Described & { readonly series?: AnyInstrument['series'] },
  labels?: LabelValues,
): number | HistogramReading | undefined {
  const series = metric.series ?? processStore().instrument(metric.descriptor.name)?.series;
  const cell = series?.peek(labels);
  if (cell === undefined) return undefined;
  if ('counts' in cell) return { count: cell.count, sum: cell.sum, buckets: [...cell.counts] };
  return Number.isNaN(cell.value) ? undefined : cell.value;
}

/** Everything that the process would export, as Prometheus text (version 0.0.4). Observed gauges are read first. Never rejects. */
export async function readExposition(): Promise<string> {
  const { chunks } = await createExposition().render();
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Sets every series of the process back to its birth: counters and histograms to 0, gauges and infos to "not set".
 * Instruments, bound handles and readers of observed gauges stay good. For `beforeEach`.
 */
export function resetMetrics(): void {
  processStore().reset();
}
