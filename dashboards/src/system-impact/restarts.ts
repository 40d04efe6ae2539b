import { processStart, promql } from '@sightglass/rules';
import { jobEnabled } from '@sightglass/scheduler/metrics';
import type { AnnotationSpec } from '../spec.ts';

/** A process that came back within a scrape or two shows by its start time, one that was away by its absence before. */
export const restarts: AnnotationSpec = {
  name: 'Restarts',
  query: promql`max by (job, instance) (
      (changes(${processStart}[$__rate_interval]) > 0 or (${processStart} unless ${processStart} offset $__rate_interval))
      and on (job, instance) ${jobEnabled}
    )`,
  color: 'blue',
  title: 'Restart',
  text: 'The process {{job}} {{instance}} started.',
};
