import { dagStatuses } from '@sightglass/pipeline';
import { dagRecovery, dagSlaMissed, dagTaskRuns } from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { countOf, promql, type RecordedSeries, sumOf, where } from '../../engine/promql/promql.ts';
import { justGrown } from '../../engine/remembered/index.ts';
import { scheduledCounts } from '../../engine/scheduled/index.ts';
import {
  dag,
  dagTimes,
  isEnabled,
  PER_DAG,
  PER_TASK,
  scheduledDags,
  slaOverrun,
  task,
  taskRecordings,
} from './recordings.ts';
import { dagSlaMissedKept } from './thresholds.ts';

/*
 * How often runs and tasks of DAGs ended in which way, and what follows from it. Everything here is evaluated together, as it reads what has just happened.
 */

export const { judged: JUDGED, failed: FAILED } = dagStatuses;

const dagCounts = scheduledCounts('dags', scheduledDags, dagTimes, {
  judged: JUDGED,
  failed: FAILED,
  notFailed: ['success'],
});

export const {
  runsTotal,
  windowSeconds,
  overWindow,
  runsInWindow,
  failedInWindow,
  failedShare,
  meanDuration,
  lateness,
  overlap,
  services,
  consecutiveFailures,
} = dagCounts;

const { counts } = dagCounts;

const slaMissed = counts.total(dagSlaMissed, { labels: PER_DAG, known: dag.known });
const recoveryTime = counts.total(sumOf(dagRecovery), { labels: PER_DAG, known: dag.known });
const recoveries = counts.total(countOf(dagRecovery), { labels: PER_DAG, known: dag.known });
const taskRuns = counts.total(dagTaskRuns, {
  labels: ['dag_id', 'status', 'task_id'],
  known: task.known,
});

/** Runs that missed their SLA, since the DAG was first known. */
export const slaMissedTotal: RecordedSeries = slaMissed.series;
/** How long recoveries took, all together, and how many there were. */
export const recoveryTimeTotal: RecordedSeries = recoveryTime.series;
export const recoveriesTotal: RecordedSeries = recoveries.series;
/** What became of tasks, since they were first known. */
export const taskRunsTotal: RecordedSeries = taskRuns.series;

/** When a run last missed its SLA. */
export const slaMissedAt = dag.recording(
  'dag_sla_missed_timestamp_seconds:last_known',
  (self) => promql`0 * ${justGrown(slaMissedTotal)} + time()
    or on (dag_id)
    ${dag.known(self)}`,
);

/** How long ago a deadline passed that was not kept, now or shortly before, whichever alert tells of it. */
export const slaIsMissed = promql`(
    (${slaOverrun} > ${0} or on (dag_id) time() - ${slaMissedAt} <= ${dagSlaMissedKept})
    and on (dag_id) ${isEnabled}
  )`;

const failedTasks = promql`sum by (dag_id, task_id) (${where(taskRunsTotal, { status: 'failed' })})`;

/** How often a task had failed when it last succeeded. */
const taskFailedBefore = task.recording(
  'dag_task_runs_failed:at_last_success',
  (
    self,
  ) => promql`(${failedTasks} and on (dag_id, task_id) ${justGrown(where(taskRunsTotal, { status: 'success' }))})
    or on (dag_id, task_id)
    ${task.known(self)}
    or on (dag_id, task_id)
    0 * ${failedTasks}`,
);

/** Failures of a task since it last succeeded; tries after which another was made are none. */
export const taskFailures: Recording = {
  record: 'dag_id_task_id:dag_task_consecutive_failures:counted',
  labels: PER_TASK,
  expr: promql`${failedTasks} - on (dag_id, task_id) ${taskFailedBefore}`,
};

/** In the order in which they read each other. */
export const countRecordings: readonly Recording[] = [
  ...counts.processes,
  ...taskRecordings,
  ...dagCounts.totals,
  ...[slaMissed, recoveryTime, recoveries, taskRuns].flatMap(({ recordings }) => recordings),
  ...dagCounts.recordings,
  slaMissedAt,
  taskFailedBefore,
  taskFailures,
];

/** Evaluated after the times of runs. */
export const failureRecordings: readonly Recording[] = dagCounts.afterTimes;
