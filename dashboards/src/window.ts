import { promql, type RecordedSeries, raw } from '@sightglass/rules';
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

/** The variable as a range. */
export const window = raw(`\${${NAME}}s`);
