import type { LabelArgs, LabelValues, MetricDescriptor } from '../catalog/index.ts';
import { type CounterCell, counterCell } from './cells.ts';
import { Instrument } from './instrument.ts';
import type { SeriesEnvironment } from './series.ts';

/** A counter's series, bound once: the cheapest way to record. */
export interface BoundCounter {
  /** Adds `amount` (default 1). A negative, infinite or non-numeric amount is dropped and counted. Never throws, never allocates. */
  add(amount?: number): void;
}

/** Counts what happened: rows, errors, runs. Only grows; starts again at 0 with the process. */
export class Counter<L extends LabelValues = LabelValues> extends Instrument<L, CounterCell> {
  constructor(descriptor: MetricDescriptor<L>, environment: SeriesEnvironment) {
    super(descriptor, environment, counterCell);
  }

  /** Adds to the series with these labels. Never throws; what can't be recorded is counted in `sightglass_measurements_dropped_total`. */
  add(amount: number, ...labels: LabelArgs<L>): void;
  add(amount: number, labels?: LabelValues): void {
    this.series.at(labels)?.add(amount);
  }

  /** The handle of one series, which is born at 0 now. Wrong labels give a handle that records to nowhere, and are counted. */
  bind(...labels: LabelArgs<L>): BoundCounter;
  bind(labels?: LabelValues): BoundCounter {
    const cell = this.series.at(labels) ?? this.series.detached();
    const again = this.series.labelsAgain(cell);
    if (again === undefined) return cell;
    return { add: (amount) => this.series.at(again)?.add(amount) };
  }
}
