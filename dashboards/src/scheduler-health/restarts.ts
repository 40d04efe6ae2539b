import { promql } from '@sightglass/rules';
import { jobDeclared } from '@sightglass/scheduler/metrics';
import type { AnnotationSpec } from '../spec.ts';

/** A process declares its jobs when it starts. One that came back within a scrape or two shows by another time, one that was away by its absence before. */
export const restarts: AnnotationSpec = {
  name: 'Restarts',
  query: promql`max by (job_name) (changes(${jobDeclared}[$__rate_interval])) > 0
    or on (job_name)
    max by (job_name) (${jobDeclared} unless ${jobDeclared} offset $__rate_interval)`,
  color: 'blue',
  title: 'Restart',
  text: 'A process with the job {{job_name}} started.',
};
