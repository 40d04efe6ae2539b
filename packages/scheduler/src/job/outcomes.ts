/** What started a run. */
export const TRIGGERS = ['scheduled', 'manual', 'startup', 'event'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/*
 * What each status says of its run. The lists are made of each other, so that a status that is new has to stand in one of them, and whoever reads them knows it: what is recorded,
 * the rules, the SLOs.
 */

/** A partial run left something undone, and is no failure of the job. */
const NOT_FAILED = ['success', 'partial'] as const;
const FAILED = ['failed', 'timeout'] as const;
/** They say of the job that it works or does not. A run that was called off, or that its queue has again, says neither. */
const JUDGED = [...NOT_FAILED, ...FAILED] as const;
/** They are runs to be counted. One that was handed back is the same run again when its queue starts it later, and counts then. */
const COUNTED = [...JUDGED, 'cancelled'] as const;
const NEVER_BEGAN = ['skipped_overlap', 'skipped_lock', 'missed'] as const;

/** How a run that began has ended; `handed_back` is one that its queue has again, to start it later. */
export const ENDED = [...COUNTED, 'handed_back'] as const;
export type EndStatus = (typeof ENDED)[number];

/** How a run ended, or why it never began. */
export const RUN_STATUSES = [...ENDED, ...NEVER_BEGAN] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * The statuses of runs by what they say, for queries of your own: `began` (whatever came of it), `counted` (a run that was handed back counts when it comes again), `judged` (well or
 * badly), `failed`, `notFailed`, `timed` (took as long as the work takes: one that failed early is not quick), `neverBegan`.
 * `` promql`sum by (job_name) (${jobRuns.where({ status: runStatuses.failed })})` ``
 */
export const runStatuses = Object.freeze({
  began: ENDED,
  counted: COUNTED,
  judged: JUDGED,
  failed: FAILED,
  notFailed: NOT_FAILED,
  timed: [...NOT_FAILED, 'timeout'] as const,
  neverBegan: NEVER_BEGAN,
});

/** Whether a status is one of these. */
export const isOneOf = <S extends RunStatus>(statuses: readonly S[], status: RunStatus): status is S =>
  (statuses as readonly RunStatus[]).includes(status);
