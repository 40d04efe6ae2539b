import { offloadCycleDuration, offloadInterval } from '@sightglass/pipeline/metrics';
import { countOf, processStart, promql } from '@sightglass/rules';
import type { AnnotationSpec } from '../spec.ts';

/** A process that came back within a scrape or two shows by its counters or by its start time, another by its absence before. */
export const restarts: AnnotationSpec = {
  name: 'Restarts',
  query: promql`max by (layer) (resets(${countOf(offloadCycleDuration)}[$__rate_interval])) > 0
    or on (layer)
    max by (layer) (0 * ${offloadInterval} + on (job, instance) group_left () changes(${processStart}[$__rate_interval])) > 0
    or on (layer)
    max by (layer) (${offloadInterval} unless ${offloadInterval} offset $__rate_interval)`,
  color: 'blue',
  title: 'Restart',
  text: 'The scheduler of layer {{layer}} started.',
};
