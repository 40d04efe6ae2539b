export { type FakeClock, fakeClock } from './fake-clock.ts';
export { readExposition } from './read-exposition.ts';
export { type HistogramReading, readMetric } from './read-metric.ts';
export { resetMetrics } from './reset-metrics.ts';
