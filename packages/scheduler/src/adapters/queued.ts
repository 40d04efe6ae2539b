import { numberOf, readable } from '@sightglass/core/authors';
import type { Job } from '../job/declare.ts';
import * as metrics from '../job/metrics.ts';
import { TRIGGERS, type Trigger } from '../job/outcomes.ts';

/** What started a job that came through a queue: what its data says in `trigger`, else `fallback`. */
export function triggerOf(data: unknown, fallback: Trigger): Trigger {
  const said = readable((): unknown => (data as { readonly trigger?: unknown }).trigger);
  return TRIGGERS.find((trigger) => trigger === said) ?? fallback;
}

/** Counts an attempt that the queue makes again: each attempt is a run of its own. */
export function countAttempt(job: Job, attemptsBefore: unknown): void {
  if ((numberOf(attemptsBefore) ?? 0) > 0) metrics.jobRetries.add(1, { job_name: job.name });
}
