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
const STALE = ['JobMissedRun', 'JobStale', 'JobNeverSucceeded', 'SyncDataStale'];
const PROMISES = [
  'SloJobAvailabilityBurnsFast',
  'SloJobAvailabilityBurnsSlowly',
  'SloJobFreshnessBurnsFast',
  'SloJobFreshnessBurnsSlowly',
  'SloJobSuccessBroken',
];
/** What a DAG that does not run, or not well, brings about. */
const DAG_STALE = ['DagMissedRun', 'DagStale', 'DagNeverSucceeded'];
const LAGGING = ['IcebergOffloadLagCritical', 'IcebergOffloadLagElevated', 'IcebergOffloadWatermarkStale'];

export const heldBack: readonly HeldBack[] = [
  {
    fires: ['CollectorGone'],
    heldBack: ['CollectorStale', 'CollectorFailing', 'CollectorSlow', 'CollectorEmpty'],
    thing: ['collector'],
  },
  {
    fires: ['CollectorStopped'],
    heldBack: ['CollectorStale', 'CollectorFailing', 'CollectorSlow', 'CollectorEmpty'],
    thing: ['collector'],
  },
  {
    fires: ['CollectorStale'],
    heldBack: ['CollectorFailing', 'CollectorSlow', 'CollectorEmpty'],
    thing: ['collector', 'query'],
  },
  { fires: ['CollectorFailing'], heldBack: ['CollectorSlow'], thing: ['collector', 'query'] },
  { fires: ['DatabaseDown'], heldBack: ['CollectorStale', 'CollectorFailing'], thing: ['job'] },
  { fires: ['ServiceDown'], heldBack: ['CollectorGone'], thing: ['job'] },
  {
    fires: ['IcebergOffloadSchedulerDown'],
    heldBack: [
      'IcebergOffloadConsecutiveFailures',
      ...LAGGING,
      'IcebergOffloadCycleTooSlow',
      'IcebergOffloadCycleSlow',
      'IcebergOffloadSuccessRateLow',
      'IcebergOffloadThroughputLow',
    ],
    thing: ['layer'],
  },
  {
    fires: ['IcebergOffloadTableGone'],
    heldBack: ['IcebergOffloadConsecutiveFailures', ...LAGGING],
    thing: ['layer', 'table'],
  },
  { fires: ['IcebergOffloadConsecutiveFailures'], heldBack: LAGGING, thing: ['layer', 'table'] },
  {
    fires: ['IcebergOffloadCycleTooSlow'],
    heldBack: [...LAGGING, 'IcebergOffloadCycleSlow'],
    thing: ['layer'],
  },
  {
    fires: ['IcebergOffloadLagCritical'],
    heldBack: ['IcebergOffloadWatermarkStale', 'IcebergOffloadLagElevated'],
    thing: ['layer', 'table'],
  },
  {
    fires: ['JobGone'],
    heldBack: ['JobStopped', 'JobFailing', 'JobStuck', 'JobLate', ...STALE, ...PROMISES],
    thing: ['job_name'],
  },
  { fires: ['JobStopped'], heldBack: [...STALE, ...PROMISES], thing: ['job_name'] },
  {
    fires: ['JobFailing'],
    heldBack: ['JobStale', 'JobNeverSucceeded', 'SyncDataStale', ...PROMISES],
    thing: ['job_name'],
  },
  {
    fires: ['JobStuck'],
    heldBack: ['JobSlow', 'JobOverlapping', ...STALE, ...PROMISES],
    thing: ['job_name'],
  },
  {
    fires: ['HttpErrorRatioCritical'],
    heldBack: ['HttpErrorRatioHigh', 'HttpLatencyHigh'],
    thing: ['job', 'http_route'],
  },
  {
    fires: ['HttpErrorRatioCritical'],
    heldBack: ['SloAdminAvailabilityBurnsFast', 'SloAdminAvailabilityBurnsSlowly'],
    thing: ['http_route'],
  },
  {
    fires: ['ServiceDown'],
    heldBack: [
      'ServiceNotReady',
      'JobGone',
      'DatasetUnseen',
      'DagGone',
      'DagSchedulerDown',
      'QueueNoConsumer',
      'PipelineGone',
      'PipelineNoConsumer',
      'HttpErrorRatioCritical',
      'HttpErrorRatioHigh',
      'HttpLatencyHigh',
    ],
    thing: ['job'],
  },
  {
    fires: ['ServiceNotReady'],
    heldBack: ['HttpErrorRatioCritical', 'HttpErrorRatioHigh', 'HttpLatencyHigh'],
    thing: ['job'],
  },
  { fires: ['ServiceNotReady'], heldBack: ['ServiceHealthCheckFailing'], thing: ['job', 'check'] },
  { fires: ['ServiceMemoryNearLimit'], heldBack: ['ServiceMemoryHigh'], thing: ['job', 'instance'] },
  {
    fires: ['DatabaseDown'],
    heldBack: [
      'DatabasePoolExhausted',
      'DatabasePoolHigh',
      'DatabaseQueriesSlow',
      'ServiceNotReady',
      'DatasetUnseen',
      'HttpErrorRatioCritical',
      'HttpErrorRatioHigh',
      'HttpLatencyHigh',
    ],
    thing: ['job'],
  },
  {
    fires: ['DatabasePoolExhausted'],
    heldBack: ['DatabasePoolHigh'],
    thing: ['job', 'db_client_connection_pool_name'],
  },
  {
    fires: ['DatabasePoolExhausted'],
    heldBack: ['HttpErrorRatioCritical', 'HttpErrorRatioHigh', 'HttpLatencyHigh'],
    thing: ['job'],
  },
  { fires: ['SyncWriteErrors'], heldBack: ['JobFailing'], thing: ['job_name'] },
  {
    fires: ['SyncSourceFailing'],
    heldBack: ['SyncDataStale', 'SyncSourceTimeouts'],
    thing: ['job_name', 'source'],
  },
  {
    fires: ['QueueNoConsumer'],
    heldBack: [
      'QueueStalled',
      'QueueNearCapacity',
      'QueueDepthCritical',
      'QueueItemsTooOld',
      'QueueDepthHigh',
    ],
    thing: ['queue'],
  },
  {
    fires: ['QueueStalled'],
    heldBack: [
      'QueueNearCapacity',
      'QueueDepthCritical',
      'QueueItemsTooOld',
      'QueueDepthHigh',
      'QueueWorkStuck',
    ],
    thing: ['queue'],
  },
  { fires: ['PipelineNoConsumer'], heldBack: ['PipelineGone', 'PipelineStale'], thing: ['pipeline_name'] },
  { fires: ['PipelineGone'], heldBack: ['PipelineFailed', 'PipelineSlow'], thing: ['pipeline_name'] },
  { fires: ['PipelineStuck'], heldBack: ['PipelineStale', 'PipelineSlow'], thing: ['pipeline_name'] },
  { fires: ['PipelineFailed'], heldBack: ['PipelineStale', 'PipelineSlow'], thing: ['pipeline_name'] },
  {
    fires: ['QueueNearCapacity'],
    heldBack: ['QueueDepthCritical', 'QueueItemsTooOld', 'QueueDepthHigh'],
    thing: ['queue'],
  },
  { fires: ['QueueDepthCritical'], heldBack: ['QueueItemsTooOld', 'QueueDepthHigh'], thing: ['queue'] },
  {
    fires: ['DatasetEmpty'],
    heldBack: [
      'DatasetIncomplete',
      'DatasetCompletenessLow',
      'DatasetQualityLow',
      'DatasetQualityReduced',
      'DatasetZeroRows',
      'DatasetVolumeOutOfRange',
    ],
    thing: ['dataset', 'layer'],
  },
  {
    fires: ['DatasetStale', 'DatasetUnseen'],
    heldBack: [
      'DatasetLate',
      'DatasetUnreadable',
      'DatasetIncomplete',
      'DatasetCompletenessLow',
      'DatasetZeroRows',
    ],
    thing: ['dataset', 'layer'],
  },
  { fires: ['DatasetUnseen'], heldBack: ['DatasetCheckMissing'], thing: ['dataset', 'layer'] },
  { fires: ['JobGone', 'DagGone', 'CollectorGone'], heldBack: ['DatasetUnseen'], thing: ['job'] },
  {
    fires: ['DatasetNeverLoaded'],
    heldBack: ['DatasetUnreadable', 'DatasetCheckMissing'],
    thing: ['dataset', 'layer'],
  },
  { fires: ['DatasetIncomplete'], heldBack: ['DatasetCompletenessLow'], thing: ['dataset', 'layer'] },
  {
    fires: ['DatasetQualityLow'],
    heldBack: ['DatasetQualityReduced', 'DatasetExpectationsWarned'],
    thing: ['dataset', 'layer', 'suite'],
  },
  {
    fires: ['DatasetCheckMissing'],
    heldBack: ['DatasetCheckBroken'],
    thing: ['dataset', 'layer', 'suite'],
  },
  { fires: ['QueueFailing'], heldBack: ['QueueErrorsHigh', 'QueueDeadLetters'], thing: ['queue'] },
  { fires: ['ServiceDown'], heldBack: ['HostEveryTargetDown', 'HostTargetDown'], thing: ['job'] },
  {
    fires: ['HostEveryTargetDown'],
    heldBack: [
      'HostTargetDown',
      'JobGone',
      'DagGone',
      'DagSchedulerDown',
      'CollectorGone',
      'DatasetUnseen',
      'QueueNoConsumer',
      'PipelineGone',
      'PipelineNoConsumer',
    ],
    thing: ['job'],
  },
  {
    fires: ['HostMemoryExhausted'],
    heldBack: ['HostMemoryHigh', 'HostOutOfMemory'],
    thing: ['job', 'instance'],
  },
  {
    fires: ['HostDiskNearlyFull'],
    heldBack: ['HostDiskSpaceLow', 'HostDiskWillFill'],
    thing: ['job', 'instance', 'mountpoint'],
  },
  { fires: ['HostDiskSpaceLow'], heldBack: ['HostDiskWillFill'], thing: ['job', 'instance', 'mountpoint'] },
  {
    fires: ['HostContainerOutOfMemory'],
    heldBack: ['HostContainerMemoryNearLimit'],
    thing: ['job', 'instance', 'pod', 'container'],
  },
  {
    fires: ['DagGone'],
    heldBack: [
      'DagStopped',
      'DagFailed',
      'DagStuck',
      'DagTaskFailed',
      'DagLate',
      'DagSlaApproaching',
      ...DAG_STALE,
    ],
    thing: ['dag_id'],
  },
  { fires: ['DagStopped'], heldBack: ['DagSlaApproaching', ...DAG_STALE], thing: ['dag_id'] },
  { fires: ['DagStuck'], heldBack: ['DagOverlapping', 'DagSlaApproaching', ...DAG_STALE], thing: ['dag_id'] },
  {
    fires: ['DagFailed'],
    heldBack: ['DagTaskFailed', 'DagStale', 'DagNeverSucceeded', 'DagSlaMissed', 'DagSlaApproaching'],
    thing: ['dag_id'],
  },
  {
    fires: ['DagSlaMissed'],
    heldBack: ['DagGone', 'DagStopped', 'DagStuck', 'DagMissedRun', 'DagSlaApproaching'],
    thing: ['dag_id'],
  },
  { fires: ['ServiceDown'], heldBack: ['AnomalyRequests'], thing: ['job'] },
];
