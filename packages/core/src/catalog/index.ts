export { type DeclaredMetric, describe, type HistogramOptions, type MetricOptions } from './describe.ts';
export {
  type Described,
  type Merge,
  type MetricDescriptor,
  type MetricKind,
  mergeOf,
  sameDescriptor,
  seriesNames,
} from './descriptor.ts';
export { given } from './given.ts';
export type { LabelArgs, LabelDescriptor, LabelDomain, LabelSpec, LabelsOf, LabelValues } from './labels.ts';
export { DeclarationError, problemsOf } from './problems.ts';
export type { LabelMatch, Matchers, Selector } from './selector.ts';
