import type { MetricDescriptor } from './descriptor.ts';
import type { LabelValues } from './labels.ts';

/** What a label is matched with: a value (`=`), several (`=~`, each taken literally), or the negation of either. */
export type LabelMatch<V extends string = string> = V | readonly V[] | { readonly not: V | readonly V[] };

/** Matchers for some of a metric's labels. A label that the metric does not have does not compile. */
export type Matchers<L extends LabelValues> = { readonly [K in keyof L]?: LabelMatch<L[K]> };

/** Some of a metric's series, for rules and dashboards: the metric with matchers. */
export interface Selector<L extends LabelValues = LabelValues> {
  readonly descriptor: MetricDescriptor<L>;
  readonly matchers: Matchers<L>;
}
