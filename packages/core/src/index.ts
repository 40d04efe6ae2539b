/** What an application calls. What only authors of a domain need is in `@sightglass/core/authors`. */
export { classifyError, PROCESS_ERROR, TIMEOUT } from './base/index.ts';
export {
  DeclarationError,
  type DeclaredMetric,
  type Described,
  type HistogramOptions,
  type LabelArgs,
  type LabelMatch,
  type LabelSpec,
  type LabelsOf,
  type LabelValues,
  type Matchers,
  type MetricDescriptor,
  type MetricKind,
  type MetricOptions,
  type Selector,
} from './catalog/index.ts';
export {
  type Affects,
  type CheckFunction,
  type CheckReport,
  type HealthCheckOptions,
  type HealthReport,
  healthCheck,
} from './health/index.ts';
export type { LifecycleState } from './lifecycle/index.ts';
export { type LogFields, type Logger, type LogMethod, log, setLogger } from './logging/index.ts';
export {
  attachMeterProvider,
  type ProducedCollection,
  type SightglassProducer,
  sightglassProducer,
} from './otel/index.ts';
export {
  type BoundCounter,
  type BoundGauge,
  type BoundHistogram,
  type Counter,
  counter,
  type Gauge,
  gauge,
  type Histogram,
  type HistogramTimer,
  histogram,
  type Info,
  info,
  type ObserveOptions,
} from './store/index.ts';
