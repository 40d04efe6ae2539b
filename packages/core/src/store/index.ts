export type { Bounds } from './cells.ts';
export { type Cell, CounterCell, GaugeCell, HistogramCell } from './cells.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  type Collector,
  type CollectorReport,
  DEFAULT_COLLECT_TIMEOUT_MS,
  HELD_MS,
} from './collectors.ts';
export type { BoundCounter, Counter } from './counter.ts';
export { counter, gauge, histogram, info } from './declare.ts';
export type { BoundGauge, Gauge, ObserveOptions } from './gauge.ts';
export { Handles } from './handles.ts';
export type { BoundHistogram, Histogram, HistogramTimer } from './histogram.ts';
export type { Info } from './info.ts';
export type { AnyInstrument } from './instrument.ts';
export { type MetricsOfThing, metricsWith } from './metrics-with.ts';
export {
  exportedStore,
  failedHandOvers,
  isServedElsewhere,
  neverThrows,
  processStore,
  setExportedStore,
} from './process-store.ts';
export {
  collectorDuration,
  collectorSuccess,
  processes,
  processesEnded,
  processesMissing,
  processesRefused,
} from './self-metrics.ts';
export { OVERFLOW_VALUE } from './series.ts';
export { type FamilySnapshot, type SeriesSnapshot, snapshot } from './snapshot.ts';
export { Store, type StoreOptions } from './store.ts';
