import { bucketOf, type MetricReference, type Part, promql, type Query, raw } from '@sightglass/rules';

/** A quantile of what a histogram saw in the range before each point, for each group of labels; none where it saw nothing, which would be NaN. */
export const quantile = (q: number, by: readonly string[], histogram: MetricReference, range: Part): Query =>
  promql`histogram_quantile(${q}, sum by (${raw([...by, 'le'].join(', '))}) (rate(${bucketOf(histogram)}[${range}]))) >= 0`;
