import type { LabelValues, MetricDescriptor } from '../catalog/index.ts';
import { type GaugeCell, gaugeCell } from './cells.ts';
import { Instrument } from './instrument.ts';
import type { SeriesEnvironment } from './series.ts';

/** Facts about the process as the labels of a series that is always 1. */
export class Info<L extends LabelValues = LabelValues> extends Instrument<L, GaugeCell> {
  constructor(descriptor: MetricDescriptor<L>, environment: SeriesEnvironment) {
    super(descriptor, environment, gaugeCell);
  }

  /** States the facts. Facts stated before stay too, as further series; {@link Instrument.remove} retires them. */
  set(labels: L): void {
    this.series.at(labels)?.set(1);
  }
}
