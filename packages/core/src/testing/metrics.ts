import type { LabelArgs, LabelValues } from '../catalog/index.ts';
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
