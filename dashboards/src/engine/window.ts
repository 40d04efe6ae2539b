import {
  bucketOf,
  type MetricReference,
  type Part,
  promql,
  type Query,
  type RecordedSeries,
  raw,
} from '@sightglass/rules';
import type { ComputedVariable } from './spec.ts';

const NAME = 'window';

/**
 * A window that holds a few runs of everything that is chosen: the longest that the rules chose for a declared interval, and never so short that a
 * long view skips runs. `usualSeconds` stands for it until it is known.
 */
export const windowVariable = (windowSeconds: RecordedSeries, usualSeconds: number): ComputedVariable => ({
  name: NAME,
  description:
    'The window of rates in seconds: at least four declared intervals, and at least the time between two points.',
  query: promql`scalar(ceil(clamp_min(max(${windowSeconds}) or vector(${usualSeconds}), $__range_s / 250)))`,
  initial: String(usualSeconds),
});

/** The variable as a range: for what happens once in a declared interval. */
export const window = raw(`\${${NAME}}s`);

/** The same as a number of seconds, to divide by. */
export const windowInSeconds = raw(`\${${NAME}}`);

/** For what happens all the time, such as requests: a few scrapes before each point, and never so short that a long view skips any. */
export const rateInterval = raw('$__rate_interval');

/** A quantile of what a histogram saw in the range before each point, for each group of labels; none where it saw nothing, which would be NaN. */
export const quantile = (q: number, by: readonly string[], histogram: MetricReference, range: Part): Query =>
  promql`histogram_quantile(${q}, sum by (${raw([...by, 'le'].join(', '))}) (rate(${bucketOf(histogram)}[${range}]))) >= 0`;
