import { DeclarationError } from '@sightglass/core';
import type { Tracker } from './tracker.ts';

/** Shared by every copy of the package in the process, as the store is. */
const KEY = Symbol.for('@sightglass/scheduler/jobs/1');

/** The jobs that this process has declared, by name. */
export function declaredJobs(): Map<string, Tracker> {
  const globals = globalThis as { [KEY]?: Map<string, Tracker> };
  globals[KEY] ??= new Map();
  return globals[KEY];
}

/** What is known of a declared job. Throws a `DeclarationError` for anything else. */
export function trackerOf(job: { readonly name: string }): Tracker {
  const tracker = declaredJobs().get(job?.name);
  if (tracker === undefined)
    throw new DeclarationError('The instrumented job', ['it must be what declareJob returned']);
  return tracker;
}
