import { up } from '../../engine/model/external.ts';
import type { Recording } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql, type Query, type RecordedSeries, where } from '../../engine/promql/promql.ts';
import { justGrown, kept, remembered } from '../../engine/remembered/index.ts';
import type { AirflowDag, AirflowOptions } from './index.ts';
import { airflowSeries } from './metrics.ts';

/*
 * Under the names of `declareDag()`, without `job` and `instance`: one exporter has what all of Airflow's processes sent. Airflow sends what happened and no state, so that times and
 * counts in a row are made of what has just grown.
 */

const DAG = ['dag_id'] as const;
const STATUSES = ['success', 'failed'] as const;
const TASK_STATUSES = ['success', 'failed', 'up_for_retry', 'upstream_failed', 'skipped'] as const;
const HEARTBEAT = { scheduler: 'airflow' };

const series = (record: string, labels: readonly string[] = DAG): RecordedSeries => ({ record, labels });

/** One of a DAG, by what it promises. */
const ofDag = (
  record: string,
  { id }: AirflowDag,
  expr: Query,
  more: { readonly [label: string]: string } = {},
): Recording => ({
  record,
  labels: [...DAG, ...Object.keys(more)],
  staticLabels: { dag_id: id, ...more },
  expr,
});

export function airflowRecordings({
  job,
  dags,
  heartbeatSeconds = 60,
}: AirflowOptions): readonly Recording[] {
  /** A number in each estate in which that job is scraped, whether or not it answers. */
  const said = (value: number): Query => promql`0 * max(${where(up, { job })}) + ${value}`;
  const ours = { dag_id: dags.map(({ id }) => id) };
  const read = (name: string) => airflowSeries(name).where(ours);

  const interval = series('dag_interval_seconds');
  const zero = promql`0 * ${interval}`;
  const promises = dags.flatMap((dag): readonly Recording[] => [
    ofDag(interval.record, dag, said(dag.intervalSeconds)),
    ofDag('dag_enabled', dag, said(1)),
    ofDag('dag_lifecycle_state', dag, said(1), { state: 'enabled' }),
    ofDag(
      'dag_freshness_objective_seconds',
      dag,
      said(dag.freshnessObjectiveSeconds ?? 2 * dag.intervalSeconds + (dag.slaSeconds ?? 0)),
    ),
    ofDag('dag_success_objective_ratio', dag, said(dag.successObjective ?? 0.95)),
    ...(dag.slaSeconds === undefined ? [] : [ofDag('dag_sla_seconds', dag, said(dag.slaSeconds))]),
    ...(dag.owner === undefined ? [] : [ofDag('dag_owner_info', dag, said(1), { owner: dag.owner })]),
  ]);
  const declaredAt = series('dag_declared_timestamp_seconds');

  const runs = series('dag_runs_total', ['dag_id', 'status']);
  const runsOf = (status: (typeof STATUSES)[number]) => where(runs, { status });
  const counted = STATUSES.map(
    (status): Recording => ({
      ...series(runs.record),
      labels: runs.labels,
      staticLabels: { status },
      expr: promql`sum by (dag_id) (${airflowSeries('airflow_dag_run_duration_seconds_count').where({ ...ours, status })})
        or on (dag_id)
        ${zero}`,
    }),
  );
  /**
   * A histogram under its name here, all its parts. What is counted is there at zero before the first, and after the exporter has forgotten all, so that what comes then is seen to grow.
   */
  const histogram = (
    from: string,
    to: string,
    labels: readonly string[],
    zeros: readonly Query[] = [],
  ): readonly Recording[] =>
    (['bucket', 'sum', 'count'] as const).map((part) => {
      const own = part === 'bucket' ? [...labels, 'le'] : labels;
      const on = { raw: own.join(', ') };
      const counted = promql`sum by (${on}) (${read(`${from}_${part}`)})`;
      return {
        ...series(`${to}_${part}`, own),
        expr:
          part === 'bucket'
            ? counted
            : zeros.reduce((all, each) => promql`${all}\nor on (${on})\n${each}`, counted),
      };
    });
  const ofStatus = STATUSES.map(
    (status) => promql`label_replace(${zero}, "status", "${{ raw: status }}", "", "")`,
  );

  const time = series('dag_run_duration_seconds_sum', ['dag_id', 'status']);
  const lastRun = series('dag_last_run_timestamp_seconds');
  const lastSuccess = series('dag_last_success_timestamp_seconds');
  const lastTime = series('dag_last_run_duration_seconds');
  const failures = series('dag_consecutive_failures');
  const starts = series('dag_start_lateness_seconds_count');
  const lastStart = series('dag:airflow_dag_start_timestamp_seconds:last_known');
  const underWay = series('dag_run_started_timestamp_seconds');
  const deadline = series('dag_run_deadline_timestamp_seconds');
  const missed = series('dag_sla_missed_total');
  const told = series('dag:airflow_dag_missed_deadline_timestamp_seconds:last_known');
  const sla = series('dag_sla_seconds');
  const hasSla = dags.some(({ slaSeconds }) => slaSeconds !== undefined);
  const beat = series('dag_scheduler_heartbeat_timestamp_seconds', ['scheduler']);

  const when = (self: RecordedSeries, happened: Query): Recording =>
    kept({
      ...self,
      expr: promql`0 * max by (dag_id) (${happened}) + time()
        or on (dag_id)
        ${remembered(self)}`,
    });
  const grownOf = (status: (typeof STATUSES)[number]) =>
    promql`max by (dag_id) (${justGrown(runsOf(status))})`;
  return [
    ...promises,
    kept({
      ...declaredAt,
      expr: promql`${remembered(declaredAt)} and on (dag_id) ${interval} or on (dag_id) ${zero} + time()`,
    }),
    ...counted,
    ...histogram(
      'airflow_dag_run_duration_seconds',
      'dag_run_duration_seconds',
      ['dag_id', 'status'],
      ofStatus,
    ),
    ...histogram('airflow_dag_start_lateness_seconds', 'dag_start_lateness_seconds', DAG, [zero]),
    ...histogram('airflow_dag_task_duration_seconds', 'dag_task_duration_seconds', ['dag_id', 'task_id']),
    ...histogram('airflow_dag_task_queue_delay_seconds', 'dag_task_queue_delay_seconds', DAG),
    when(lastRun, justGrown(runs)),
    when(lastSuccess, justGrown(runsOf('success'))),
    kept({
      ...lastTime,
      expr: promql`sum by (dag_id) (${justGrown(time)}) / on (dag_id) (sum by (dag_id) (${justGrown(runs)}) > 0)
        or on (dag_id)
        ${remembered(lastTime)}`,
    }),
    // Where both came since the last evaluation, nobody knows which was first; a success is believed.
    kept({
      ...failures,
      expr: promql`0 * ${grownOf('success')}
        or on (dag_id)
        ((${remembered(failures)} or on (dag_id) ${zero}) + on (dag_id) ${grownOf('failed')})
        or on (dag_id)
        ${remembered(failures)}
        or on (dag_id)
        ${zero}`,
    }),
    {
      ...series('dag_errors_total'),
      labels: ['dag_id', 'error_type'],
      staticLabels: { error_type: 'dag_run_failed' },
      expr: promql`sum by (dag_id) (${runsOf('failed')})`,
    },
    when(lastStart, justGrown(starts)),
    {
      ...underWay,
      expr: promql`${lastStart} unless on (dag_id) (${lastRun} >= on (dag_id) ${lastStart})`,
    },
    { ...series('dag_running'), expr: promql`0 * ${underWay} + 1 or on (dag_id) ${zero}` },
    ...(hasSla
      ? [
          { ...deadline, expr: promql`${underWay} + on (dag_id) ${sla}` },
          kept({
            ...missed,
            expr: promql`(${remembered(missed)} or on (dag_id) 0 * ${sla})
              + on (dag_id)
              (
                0 * ((${deadline} <= time()) unless on (dag_id) (${remembered(told)} == on (dag_id) ${deadline})) + 1
                or on (dag_id)
                0 * ${sla}
              )`,
          }),
          kept({
            ...told,
            expr: promql`(${deadline} <= time()) or on (dag_id) ${remembered(told)}`,
          }),
        ]
      : []),
    ...TASK_STATUSES.map(
      (status): Recording => ({
        ...series('dag_task_runs_total', ['dag_id', 'task_id', 'status']),
        staticLabels: { status },
        expr: dags
          .flatMap(({ id, tasks = [] }) =>
            tasks.map(
              (task) => promql`
        or on (dag_id, task_id)
        label_replace(${where(interval, { dag_id: id })} * 0, "task_id", ${{ raw: JSON.stringify(task) }}, "", "")`,
            ),
          )
          .reduce(
            (all, each) => promql`${all}${each}`,
            promql`sum by (dag_id, task_id) (${airflowSeries('airflow_ti_finish_total').where({ ...ours, state: status })})`,
          ),
      }),
    ),
    {
      ...series('dag_scheduler_heartbeat_interval_seconds', ['scheduler']),
      staticLabels: HEARTBEAT,
      expr: said(heartbeatSeconds),
    },
    kept({
      ...beat,
      staticLabels: HEARTBEAT,
      expr: promql`0 * (sum(increase(${airflowSeries('airflow_scheduler_heartbeat_total')}[${minutes(2)}])) > 0) + time()
        or
        max(${remembered(where(beat, HEARTBEAT))})
        or
        0 * max(${where(up, { job })}) + time()`,
    }),
  ];
}
