import type { Logger } from '@sightglass/core';
import { logFrom, sharedInProcess } from '@sightglass/core/authors';
import type { DagTracker } from './tracker.ts';

/** The DAGs that this process has declared, by id. */
export function declaredDags(): Map<string, DagTracker> {
  return sharedInProcess('@sightglass/pipeline/dags/1', () => new Map<string, DagTracker>());
}

/** Where the lines of a DAG go: to the logger of the process, from the level on that its declaration says. */
export const logOf = (dag_id: string): Logger => logFrom(declaredDags().get(dag_id)?.options.logLevel);
