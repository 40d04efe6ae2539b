import type { LabelArgs, LabelValues, MetricDescriptor } from '../catalog/index.ts';
import { HistogramCell } from './cells.ts';
import { Instrument } from './instrument.ts';
import type { SeriesEnvironment } from './series.ts';

/** A histogram's series, bound once. */
export interface BoundHistogram {
  /** Records one observation, in the metric's unit. NaN, infinities and negative values are dropped and counted. Never allocates. */
  record(value: number): void;
}

/** The distribution of a size or a duration, in fixed buckets; quantiles are computed by the reader over any window. */
export class Histogram<L extends LabelValues = LabelValues> extends Instrument<L, HistogramCell> {
  constructor(descriptor: MetricDescriptor<L>, environment: SeriesEnvironment) {
    super(descriptor, environment, HistogramCell);
  }

  /** Records one observation in the series with these labels. Never throws. */
  record(value: number, ...labels: LabelArgs<L>): void;
  record(value: number, labels?: LabelValues): void {
    this.series.at(labels)?.record(value);
  }

  /** The handle of one series, which is born empty now. */
  bind(...labels: LabelArgs<L>): BoundHistogram;
  bind(labels?: LabelValues): BoundHistogram {
    return this.series.at(labels) ?? this.series.detached();
  }
}
