import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { DAG_ENDED, DAG_STATUSES, TASK_STATUSES } from './outcomes.ts';

/** What a DAG is: tasks that depend on one another, run together on a clock or by hand, and promised by a time. The names of its labels are Airflow's. */

export const dagRuns = counter('dag_runs_total', {
  help: 'Runs of the DAG by how they ended; skipped and missed ones never began.',
  labels: { dag_id: String, status: DAG_STATUSES },
  unit: '{run}',
});

/** From a second to a day, since DAGs are minutes or hours. The SLA is one more bound of its own series, wherever it lies. */
export const dagRunDuration = histogram('dag_run_duration_seconds', {
  help: 'How long runs of the DAG took, from their start to their end.',
  labels: { dag_id: String, status: DAG_ENDED },
  buckets: [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400],
});

export const dagStartLateness = histogram('dag_start_lateness_seconds', {
  help: 'How long after its scheduled time a run began.',
  labels: ['dag_id'],
  buckets: [1, 5, 60, 300, 3_600],
});

export const dagRunning = gauge('dag_running', {
  help: 'Runs of the DAG that are under way in this process.',
  labels: ['dag_id'],
  unit: '{run}',
});

export const dagRunStarted = gauge('dag_run_started_timestamp_seconds', {
  help: 'When the oldest run that is under way began, in Unix seconds; absent while none is.',
  labels: ['dag_id'],
  merge: 'min',
});

export const dagRunDeadline = gauge('dag_run_deadline_timestamp_seconds', {
  help: 'By when the run that is under way must have succeeded to keep the SLA, in Unix seconds; the earliest where several are. Absent while none is, and where no SLA is declared.',
  labels: ['dag_id'],
  merge: 'min',
});

export const dagLastRun = gauge('dag_last_run_timestamp_seconds', {
  help: 'When the last run ended, whatever its status, in Unix seconds.',
  labels: ['dag_id'],
});

export const dagLastRunDuration = gauge('dag_last_run_duration_seconds', {
  help: 'How long the last run took.',
  labels: ['dag_id'],
  merge: { newestBy: dagLastRun },
});

export const dagLastSuccess = gauge('dag_last_success_timestamp_seconds', {
  help: 'When the DAG last ended in success, in Unix seconds; reloaded at the start where the host keeps it.',
  labels: ['dag_id'],
});

export const dagNextRun = gauge('dag_next_run_timestamp_seconds', {
  help: 'When the DAG should start next by its schedule, in Unix seconds; absent unless the DAG is enabled.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagDeclared = gauge('dag_declared_timestamp_seconds', {
  help: 'When the DAG was declared in this process, in Unix seconds: since when a first success may be waited for.',
  labels: ['dag_id'],
  merge: 'min',
});

export const dagConsecutiveFailures = gauge('dag_consecutive_failures', {
  help: 'Runs in a row that ended in failed or timeout; 0 after one that succeeded. One that was cancelled changes nothing.',
  labels: ['dag_id'],
  unit: '{run}',
  merge: { newestBy: dagLastRun },
});

export const dagErrors = counter('dag_errors_total', {
  help: 'Runs of the DAG that failed or timed out, by kind of error.',
  labels: ['dag_id', 'error_type'],
  unit: '{error}',
});

export const dagSla = gauge('dag_sla_seconds', {
  help: 'How long after the time that it was scheduled for, or after its start where somebody else started it, a run must have succeeded. Absent where the declaration does not say.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagSlaMissed = counter('dag_sla_missed_total', {
  help: 'Runs that were still under way at the deadline that the SLA gives them, each once and as soon as it has passed. Absent where no SLA is declared.',
  labels: ['dag_id'],
  unit: '{run}',
});

export const dagTroubleStarted = gauge('dag_trouble_started_timestamp_seconds', {
  help: 'Since when the DAG has not kept what it promises, in Unix seconds: the first run that failed, was missed or missed its SLA. Absent while all is well; a good run ends it.',
  labels: ['dag_id'],
  merge: 'min',
});

/** From a minute to a week: what is repaired by the next run takes its interval, and what waits for a person a weekend. */
export const dagRecovery = histogram('dag_recovery_seconds', {
  help: 'How long it took from the first run that failed, was missed or missed its SLA to the next good one.',
  labels: ['dag_id'],
  buckets: [60, 300, 900, 3_600, 7_200, 14_400, 43_200, 86_400, 604_800],
});

export const dagLastRecovery = gauge('dag_last_recovery_seconds', {
  help: 'How long the last recovery took; absent until there was one.',
  labels: ['dag_id'],
  merge: { newestBy: dagLastSuccess },
});

export const dagEnabled = gauge('dag_enabled', {
  help: 'Whether the schedule starts the DAG in this process (1) or not (0); dag_lifecycle_state says why not.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagLifecycle = gauge('dag_lifecycle_state', {
  help: 'Whether the DAG is meant to run: 1 for the present state, 0 for one that it had before. A person disables or retires it, a replica stands by until it is elected, a process that ends is stopping.',
  labels: { dag_id: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const dagOwner = info('dag_owner_info', {
  help: 'Who answers for the DAG; absent where its declaration names nobody.',
  labels: ['dag_id', 'owner'],
});

export const dagPages = gauge('dag_pages', {
  help: 'Is 0 where the declaration says that the DAG wakes nobody, whatever happens to it; absent where it may.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagInterval = gauge('dag_interval_seconds', {
  help: 'The declared time between two starts: the longest gap that the schedule leaves.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagFreshnessObjective = gauge('dag_freshness_objective_seconds', {
  help: 'How old the last success may become.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagSuccessObjective = gauge('dag_success_objective_ratio', {
  help: 'The share of runs that should succeed, from 0 to 1.',
  labels: ['dag_id'],
  merge: 'max',
});

export const dagTaskRuns = counter('dag_task_runs_total', {
  help: 'What became of the task, run by run: success, failed for good, skipped, or upstream_failed where it never began; up_for_retry is a try that failed and after which another is made.',
  labels: { dag_id: String, task_id: String, status: TASK_STATUSES },
  unit: '{run}',
});

export const dagTaskDuration = histogram('dag_task_duration_seconds', {
  help: 'How long tries of the task took that succeeded. The duration that it promises is one more bound of its own series.',
  labels: ['dag_id', 'task_id'],
  buckets: [1, 10, 60, 300, 900, 3_600, 7_200],
});

export const dagTaskLastDuration = gauge('dag_task_last_duration_seconds', {
  help: 'How long the last try of the task took, whatever became of it.',
  labels: ['dag_id', 'task_id'],
  merge: { newestBy: 'dag_last_run_timestamp_seconds' },
});

export const dagTaskStarted = gauge('dag_task_started_timestamp_seconds', {
  help: 'When the try of the task that is under way began, in Unix seconds; the oldest where several are, absent while none is.',
  labels: ['dag_id', 'task_id'],
  merge: 'min',
});

export const dagTaskDurationObjective = gauge('dag_task_duration_objective_seconds', {
  help: 'How long a try of the task may take; absent where the declaration does not say.',
  labels: ['dag_id', 'task_id'],
  merge: 'max',
});

export const dagTaskErrors = counter('dag_task_errors_total', {
  help: 'Tries of the task that failed, those after which another is made included, by kind of error.',
  labels: ['dag_id', 'task_id', 'error_type'],
  unit: '{error}',
});

export const dagTaskQueueDelay = histogram('dag_task_queue_delay_seconds', {
  help: 'How long tasks of the DAG waited to begin, once all that they depend on had ended.',
  labels: ['dag_id'],
  buckets: [1, 5, 30, 60, 300, 1_800],
});

export const dagTaskUpstream = info('dag_task_upstream_info', {
  help: 'Which task depends on which: one series for each pair.',
  labels: ['dag_id', 'task_id', 'upstream_task_id'],
});

export const dagSchedulerHeartbeat = gauge('dag_scheduler_heartbeat_timestamp_seconds', {
  help: 'When the loop that starts DAGs last came round, in Unix seconds.',
  labels: ['scheduler'],
});

export const dagSchedulerInterval = gauge('dag_scheduler_heartbeat_interval_seconds', {
  help: 'How often the loop that starts DAGs comes round, as it was declared.',
  labels: ['scheduler'],
  merge: 'max',
});
