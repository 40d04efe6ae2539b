/** What started a run. */
export const DAG_TRIGGERS = ['scheduled', 'manual', 'backfill', 'event'] as const;
export type DagTrigger = (typeof DAG_TRIGGERS)[number];

const FAILED = ['failed', 'timeout'] as const;
/** They say of the DAG that it works or does not. A run that was called off says neither. */
const JUDGED = ['success', ...FAILED] as const;
const NEVER_BEGAN = ['skipped_overlap', 'missed'] as const;

/** How a run that began has ended. */
export const DAG_ENDED = [...JUDGED, 'cancelled'] as const;
export type DagEndStatus = (typeof DAG_ENDED)[number];

/** How a run ended, or why it never began. */
export const DAG_STATUSES = [...DAG_ENDED, ...NEVER_BEGAN] as const;
export type DagStatus = (typeof DAG_STATUSES)[number];

/**
 * What became of a task, in Airflow's words: it succeeded, failed for good, was left out on purpose, or never began because one before it had failed. `up_for_retry` is a try that
 * failed and after which another is made: an event and no end.
 */
export const TASK_STATUSES = ['success', 'failed', 'up_for_retry', 'upstream_failed', 'skipped'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/**
 * The statuses of runs by what they say, for queries of your own: `began` (whatever came of it), `judged` (well or badly), `failed`, `timed` (took as long as the work takes: one that
 * failed early is not quick), `neverBegan`; and `taskEnded`, how a task ends.
 */
export const dagStatuses = Object.freeze({
  began: DAG_ENDED,
  judged: JUDGED,
  failed: FAILED,
  timed: ['success', 'timeout'] as const,
  neverBegan: NEVER_BEGAN,
  taskEnded: ['success', 'failed', 'upstream_failed', 'skipped'] as const,
});
