import {
  dagConsecutiveFailures,
  dagDeclared,
  dagFreshnessObjective,
  dagInterval,
  dagLastRecovery,
  dagLastRun,
  dagLastRunDuration,
  dagLastSuccess,
  dagLifecycle,
  dagNextRun,
  dagOwner,
  dagPages,
  dagRunDeadline,
  dagRunDuration,
  dagRunning,
  dagRunStarted,
  dagRuns,
  dagSchedulerHeartbeat,
  dagSchedulerInterval,
  dagSla,
  dagStartLateness,
  dagSuccessObjective,
  dagTaskRuns,
  dagTroubleStarted,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { larger, promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { exportedByOf, thing } from '../../engine/remembered/index.ts';
import { type ScheduledOptions, scheduledTimes } from '../../engine/scheduled/index.ts';
import {
  dagClockTolerance,
  dagKeptFreshness,
  dagLateEndSeconds,
  dagLateEndShare,
  dagStartTolerance,
  dagStartToleranceRatio,
  dagStuckRatio,
} from './thresholds.ts';

/*
 * What is declared of DAGs, what people said of them, when they ran and should have, and by when they were promised.
 */

export const PER_DAG = ['dag_id'] as const;
export const PER_TASK = ['dag_id', 'task_id'] as const;

/** How long a run may take is its SLA; absent for a DAG that promises none. */
export const scheduledDags: ScheduledOptions = {
  label: 'dag_id',
  noun: 'dag',
  metrics: {
    interval: dagInterval,
    freshnessObjective: dagFreshnessObjective,
    successObjective: dagSuccessObjective,
    durationObjective: dagSla,
    lifecycle: dagLifecycle,
    owner: dagOwner,
    pages: dagPages,
    declared: dagDeclared,
    nextRun: dagNextRun,
    running: dagRunning,
    runStarted: dagRunStarted,
    lastRun: dagLastRun,
    lastRunDuration: dagLastRunDuration,
    lastSuccess: dagLastSuccess,
    consecutiveFailures: dagConsecutiveFailures,
    runs: dagRuns,
    runDuration: dagRunDuration,
    startLateness: dagStartLateness,
  },
  thresholds: {
    clockTolerance: dagClockTolerance,
    keptFreshness: dagKeptFreshness,
    lateEndSeconds: dagLateEndSeconds,
    lateEndShare: dagLateEndShare,
    startTolerance: dagStartTolerance,
    startToleranceRatio: dagStartToleranceRatio,
    stuckRatio: dagStuckRatio,
  },
};

export const dagTimes = scheduledTimes(scheduledDags);

export const {
  thing: dag,
  interval,
  freshnessObjective,
  durationObjective: sla,
  successObjective,
  enabled,
  isEnabled,
  isDisabled,
  ownership,
  exportedBy,
  view,
  lastRun,
  lastSuccess,
  lastDuration,
  accounted,
  firstSuccessAwaited,
  runAge,
  successAge,
  dataAge,
  standstill,
  due,
  overdue,
  running,
  tolerance,
  isStuck,
} = dagTimes;

/**
 * How long the deadline is past, negative before it: of a run that is under way as its process says, and of one that should have begun and of which no run has ended, as the schedule says,
 * whatever became of its process; the earlier one where both are. Absent for a DAG without an SLA.
 */
export const slaOverrun: Recording = {
  record: 'dag_id:dag_sla_overrun_seconds:last_known',
  labels: PER_DAG,
  expr: larger(
    PER_DAG,
    promql`max by (dag_id) (timestamp(${dagRunDeadline}) - ${dagRunDeadline})`,
    promql`(${view} - on (dag_id) (${due} > on (dag_id) ${accounted}) - on (dag_id) ${sla})`,
  ),
};

/** How long ago a run ended, of a DAG that does not run any more, or of which nothing has ended by its deadline. */
export const outage = promql`(${standstill} or on (dag_id) (${runAge} and on (dag_id) ${slaOverrun} > ${0}))`;

/** DAGs that no process has, and that are missed. */
export const isGone = promql`(${outage} and on (dag_id) ${dag.gone})`;

/** Since when a DAG has not kept what it promises; absent while all is well. */
export const troubleStarted = dag.stated(dagTroubleStarted);
/** How long the last recovery took. */
export const lastRecovery = dag.ofLatest(dagLastRecovery, dagLastSuccess, lastSuccess);

/** Tasks that a living process has. */
const taskDeclared: Recording = {
  record: 'dag_id_task_id:dag_task_declared:info',
  labels: PER_TASK,
  expr: promql`group by (dag_id, task_id) (${dagTaskRuns.where({ status: 'success' })})`,
};

/** Tasks. They are known as long as their DAG is; only what a living process has is told of. */
export const task = thing({
  labels: PER_TASK,
  noun: 'dag_task',
  declared: taskDeclared,
  keptFor: days(7),
  of: dag,
  clockTolerance: dagClockTolerance,
});

/** Tasks of which a process says now that it has them. */
export const hasTask: RecordedSeries = taskDeclared;

/** The loops that start DAGs. One that no process has is remembered for a week. */
export const scheduler = thing({
  labels: ['scheduler'],
  noun: 'dag_scheduler',
  declared: dagSchedulerInterval,
  keptFor: days(7),
  clockTolerance: dagClockTolerance,
});

export const heartbeatInterval = scheduler.lastKnown(dagSchedulerInterval);
const heartbeat = scheduler.newest(dagSchedulerHeartbeat);

/** Which service had each loop last. */
export const { exporters: schedulerExporters, exportedBy: schedulerOf } = exportedByOf(
  scheduler,
  'dag_scheduler',
  dagSchedulerInterval,
);

/** How long ago each loop last came round, as it was last looked at; now, where no process has it. */
export const heartbeatAge: Recording = {
  record: 'scheduler:dag_scheduler_heartbeat_age_seconds:last_known',
  labels: ['scheduler'],
  expr: promql`(min by (scheduler) (timestamp(${dagSchedulerInterval})) or on (scheduler) 0 * ${scheduler.seen} + time())
    - on (scheduler) ${heartbeat}`,
};

/** In the order in which they read each other. */
export const dagRecordings: readonly Recording[] = [
  ...dagTimes.recordings,
  slaOverrun,
  troubleStarted,
  lastRecovery,
  ...scheduler.register,
  schedulerExporters,
  schedulerOf,
  heartbeatInterval,
  heartbeat,
  heartbeatAge,
];

/** What is known of tasks, before what is counted of them. */
export const taskRecordings: readonly Recording[] = [taskDeclared, ...task.register];
