/*
 * What Airflow sends and what it becomes here. One table, from which the mapping of statsd_exporter, the processor of the OpenTelemetry Collector and the page of names are made.
 *
 * Sources: `metrics_template.yaml` of Airflow 3 (name, legacy_name, type, name_variables; timers are milliseconds), `logging-monitoring/metrics` of the documentation of 2.x, and the
 * mapping of the Helm chart, which this replaces: it has the duration of failed runs under the name of a count, and no tasks' states.
 */

/** One metric of Airflow. */
export interface AirflowMetric {
  /** Its name without the prefix `airflow.`, to which tags are added: 2.x and 3.x. */
  readonly stem: string;
  /** The name that has its variables in it, in braces; absent where there is none. Sent by 2.x, and by 3.x while `[metrics] legacy_names_on` is set. */
  readonly legacy?: string;
  readonly type: 'timer' | 'counter';
  /** What it is called here. A timer becomes a histogram in seconds. */
  readonly name: string;
  /** What it means, in one sentence. */
  readonly help: string;
  /** Labels that the name stands for. */
  readonly labels?: { readonly [label: string]: string };
  /** Labels that come from its variables or tags. */
  readonly from: readonly string[];
  /** Whose buckets it has, of timers. */
  readonly buckets?: readonly number[];
  /** Which versions send it. */
  readonly versions: '2.x' | '3.x' | '2.x, 3.x';
}

/** From a second to a day, as DAGs of one's own. */
const OF_RUNS = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
const OF_TASKS = [1, 10, 60, 300, 900, 3_600, 7_200];
const OF_STARTS = [1, 5, 60, 300, 3_600];
const OF_QUEUES = [1, 5, 30, 60, 300, 1_800];

export const airflowMetrics: readonly AirflowMetric[] = [
  {
    stem: 'dagrun.duration.success',
    legacy: 'dagrun.duration.success.{dag_id}',
    type: 'timer',
    name: 'airflow_dag_run_duration_seconds',
    help: 'How long runs of a DAG took, by how they ended.',
    labels: { status: 'success' },
    from: ['dag_id'],
    buckets: OF_RUNS,
    versions: '2.x, 3.x',
  },
  {
    stem: 'dagrun.duration.failed',
    legacy: 'dagrun.duration.failed.{dag_id}',
    type: 'timer',
    name: 'airflow_dag_run_duration_seconds',
    help: 'How long runs of a DAG took, by how they ended.',
    labels: { status: 'failed' },
    from: ['dag_id'],
    buckets: OF_RUNS,
    versions: '2.x, 3.x',
  },
  {
    stem: 'dagrun.schedule_delay',
    legacy: 'dagrun.schedule_delay.{dag_id}',
    type: 'timer',
    name: 'airflow_dag_start_lateness_seconds',
    help: 'How long after its scheduled time a run of a DAG began; one for each start by the clock.',
    from: ['dag_id'],
    buckets: OF_STARTS,
    versions: '2.x, 3.x',
  },
  {
    stem: 'task.duration',
    legacy: 'dag.{dag_id}.{task_id}.duration',
    type: 'timer',
    name: 'airflow_dag_task_duration_seconds',
    help: 'How long tries of a task took, whatever became of them.',
    from: ['dag_id', 'task_id'],
    buckets: OF_TASKS,
    versions: '2.x, 3.x',
  },
  {
    stem: 'task.queued_duration',
    legacy: 'dag.{dag_id}.{task_id}.queued_duration',
    type: 'timer',
    name: 'airflow_dag_task_queue_delay_seconds',
    help: 'How long tasks waited in the queue.',
    from: ['dag_id', 'task_id'],
    buckets: OF_QUEUES,
    versions: '2.x, 3.x',
  },
  {
    stem: 'ti.finish',
    legacy: 'ti.finish.{dag_id}.{task_id}.{state}',
    type: 'counter',
    name: 'airflow_ti_finish_total',
    help: 'What became of tries of tasks.',
    from: ['dag_id', 'task_id', 'state'],
    versions: '2.x, 3.x',
  },
  {
    stem: 'scheduler_heartbeat',
    type: 'counter',
    name: 'airflow_scheduler_heartbeat_total',
    help: 'How often the scheduler came round.',
    from: [],
    versions: '2.x, 3.x',
  },
  {
    stem: 'sla_missed',
    type: 'counter',
    name: 'airflow_sla_missed_total',
    help: 'SLAs of tasks that were missed, as Airflow 2 judges them. It names no DAG unless tags are sent.',
    from: [],
    versions: '2.x',
  },
  {
    stem: 'deadline_alerts.deadline_missed',
    type: 'counter',
    name: 'airflow_deadline_missed_total',
    help: 'Deadlines of runs that were missed, as Airflow 3 judges them. It names no DAG.',
    from: [],
    versions: '3.x',
  },
];
