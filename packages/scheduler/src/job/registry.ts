import { DeclarationError, type Logger } from '@sightglass/core';
import { logFrom, sharedInProcess } from '@sightglass/core/authors';
import type { Tracker } from './tracker.ts';

/** The jobs that this process has declared, by name. */
export function declaredJobs(): Map<string, Tracker> {
  return sharedInProcess('@sightglass/scheduler/jobs/1', () => new Map<string, Tracker>());
}

/** Where the lines of a job go: to the logger of the process, from the level on that its declaration says. */
export const logOf = (job_name: string): Logger => logFrom(declaredJobs().get(job_name)?.options.logLevel);

/** What is known of a declared job. Throws a `DeclarationError` for anything else. */
export function trackerOf(job: { readonly name: string }): Tracker {
  let tracker: Tracker | undefined;
  try {
    tracker = declaredJobs().get(job.name);
  } catch {
    // What can't be read was not declared.
  }
  if (tracker === undefined)
    throw new DeclarationError('The instrumented job', ['it must be what declareJob returned']);
  return tracker;
}
