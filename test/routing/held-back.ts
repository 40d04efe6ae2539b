/** Alerts that say the same with less weight, and the thing that both are about. */
export interface HeldBack {
  readonly fires: readonly string[];
  readonly heldBack: readonly string[];
  /** The labels that name the thing: a warning about another one is told. */
  readonly thing: readonly string[];
}

/**
 * What must be held back, by hand and not from the mixins: what is taken away there fails here, and so does what is added there without a line here.
 * Names that presets give to these alerts are held to the same.
 */
export const heldBack: readonly HeldBack[] = [
  {
    fires: ['IcebergOffloadLagCritical'],
    heldBack: ['IcebergOffloadLagElevated'],
    thing: ['layer', 'table'],
  },
  { fires: ['IcebergOffloadCycleTooSlow'], heldBack: ['IcebergOffloadCycleSlow'], thing: ['layer'] },
  {
    fires: ['JobGone', 'JobStopped'],
    heldBack: ['JobMissedRun', 'JobStale', 'JobNeverSucceeded', 'SyncDataStale'],
    thing: ['job_name'],
  },
  {
    fires: ['JobFailing'],
    heldBack: ['JobStale', 'JobNeverSucceeded', 'SyncDataStale'],
    thing: ['job_name'],
  },
  { fires: ['JobStuck'], heldBack: ['JobSlow', 'JobOverlapping'], thing: ['job_name'] },
];
