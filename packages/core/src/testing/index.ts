export { type FakeClock, fakeClock } from './fake-clock.ts';
export { type HistogramReading, readExposition, readMetric, resetMetrics } from './metrics.ts';
