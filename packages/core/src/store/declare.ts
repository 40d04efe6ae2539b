import {
  describe,
  type HistogramOptions,
  type LabelSpec,
  type LabelsOf,
  type MetricOptions,
} from '../catalog/index.ts';
import type { Counter } from './counter.ts';
import type { Gauge } from './gauge.ts';
import type { Histogram } from './histogram.ts';
import type { Info } from './info.ts';
import { processStore } from './process-store.ts';

/**
 * Declares a counter; the name ends in `_total`. Throws a `DeclarationError` with every problem, or when the name is taken by a different metric.
 * Declaring the same metric again gives the same instrument. Without labels, or with closed sets only, its series are born at 0 now.
 */
export function counter<const S extends LabelSpec = readonly []>(
  name: string,
  options: MetricOptions<S>,
): Counter<LabelsOf<S>> {
  return processStore().counter(describe('counter', name, options));
}

/** Declares a gauge. Its series are exported once set. Throws as {@link counter} does. */
export function gauge<const S extends LabelSpec = readonly []>(
  name: string,
  options: MetricOptions<S>,
): Gauge<LabelsOf<S>> {
  return processStore().gauge(describe('gauge', name, options));
}

/** Declares a histogram with buckets that fit the work it measures. Throws as {@link counter} does. */
export function histogram<const S extends LabelSpec = readonly []>(
  name: string,
  options: HistogramOptions<S>,
): Histogram<LabelsOf<S>> {
  return processStore().histogram(describe('histogram', name, options));
}

/** Declares an info: labels that state facts, on a series that is always 1; the name ends in `_info`. Throws as {@link counter} does. */
export function info<const S extends LabelSpec>(name: string, options: MetricOptions<S>): Info<LabelsOf<S>> {
  return processStore().info(describe('info', name, options));
}
