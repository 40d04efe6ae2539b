import { offload, promql, raw } from '@sightglass/rules';
import type { ComputedVariable } from '../spec.ts';

/** A window that holds a few cycles: the rules' own choice for the declared interval, and never so short that a long view skips cycles. */
export const windowVariable: ComputedVariable = {
  name: 'window',
  description:
    'The window of rates in seconds: at least four declared intervals, and at least the time between two points.',
  query: promql`scalar(ceil(clamp_min(max(${offload.windowSeconds}) or vector(3600), $__range_s / 250)))`,
  initial: '3600',
};
/** The variable as a range. */
export const window = raw(`\${${windowVariable.name}}s`);
