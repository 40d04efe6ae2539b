import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { consecutiveFailures, lateness, overlap, services, slaMissedAt, taskFailures } from './counts.ts';
import {
  dag,
  dataAge,
  exportedBy,
  firstSuccessAwaited,
  freshnessObjective,
  hasTask,
  heartbeatAge,
  heartbeatInterval,
  interval,
  isDisabled,
  isEnabled,
  isGone,
  isStuck,
  outage,
  overdue,
  schedulerOf,
  sla,
  slaOverrun,
  standstill,
  successAge,
  tolerance,
} from './recordings.ts';
import {
  dagLateLongest,
  dagLateRatio,
  dagOverlapIntervals,
  dagSchedulerBeats,
  dagSchedulerLeast,
  dagSharedName,
  dagSlaApproached,
  dagSlaMissedKept,
  dagStaleRatio,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-pipelines', panel: title });

/** One outage is one page: what was told of a DAG goes on until a run has ended, whatever of its cause has ended before. */
const untilRunEnds = (alert: string) => promql`(${standstill} and on (dag_id) ${firing(alert)})`;

/** DAGs that do not run, not to a good end, or not in time. */
const criticalDagAlerts: readonly AlertOptions[] = [
  {
    alert: 'DagSchedulerDown',
    expr: promql`(${heartbeatAge} > on (scheduler) clamp_min(${dagSchedulerBeats} * ${heartbeatInterval}, ${dagSchedulerLeast}))
      * on (scheduler) group_left (job) ${schedulerOf}`,
    for: minutes(1),
    severity: 'critical',
    summary: 'The loop that starts DAGs no longer comes round.',
    description:
      'Scheduler {{ $labels.scheduler }}{{ with $labels.job }} of service {{ . }}{{ end }} last came round {{ $value | humanizeDuration }} ago.',
    impact: 'No DAG is started; what they keep up to date grows old, one after the other.',
    action:
      'See whether its process runs and what its loop waits for; restart it. What it has missed must be started by hand where it does not catch up by itself.',
    runbook: 'dags',
    dashboard: panel('Scheduler Heartbeat'),
  },
  {
    alert: 'DagGone',
    // It speaks at the deadline as well, so that the end of a process with many DAGs is one page, and not one for each SLA that is missed.
    expr: promql`(
        ${isGone}
        or on (dag_id)
        (${outage} and on (dag_id) ${firing('DagGone')})
      ) * on (dag_id) group_left (job) ${exportedBy}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A DAG has not run since the process that had it went away.',
    description:
      'Nobody exports DAG {{ $labels.dag_id }}, which service {{ $labels.job }} had, or it has come back and has not run since; its last run ended {{ $value | humanizeDuration }} ago.',
    impact: 'What the DAG keeps up to date is older than promised, and will not be renewed by itself.',
    incident: ['job'],
    action:
      'See whether the application runs; start it, or repair the way from Prometheus to its metrics. If the DAG was removed on purpose, say so with retireDag().',
    runbook: 'dags',
    dashboard: panel('DAG Run Status'),
  },
  {
    alert: 'DagStuck',
    expr: promql`${isStuck}
      or on (dag_id)
      ${untilRunEnds('DagStuck')}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A run of a DAG hangs.',
    description:
      'DAG {{ $labels.dag_id }} has not come to an end for {{ $value | humanizeDuration }}, several times as long as its SLA allows.',
    impact: 'The run holds what it holds, and the next one is skipped or meets it.',
    action:
      'Find the task that is under way and what it waits for; end the process if it does not come back, and start a run by hand.',
    runbook: 'dags',
    dashboard: panel('Runs under Way'),
  },
  {
    alert: 'DagStopped',
    expr: promql`${standstill}
      unless on (dag_id) ${firing(['DagGone', 'DagStuck'])}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A DAG no longer runs.',
    description: 'The last run of DAG {{ $labels.dag_id }} ended {{ $value | humanizeDuration }} ago.',
    impact: 'What the DAG keeps up to date is older than promised, and grows older.',
    action: 'See whether the scheduler still starts the DAG and whether a run hangs; restart it if needed.',
    runbook: 'dags',
    dashboard: panel('Age of the Last Run'),
  },
  {
    alert: 'DagFailed',
    expr: promql`${consecutiveFailures} > ${0} and on (dag_id) ${isEnabled}`,
    // Its tasks have made their retries already, and the next run may be a day away.
    for: minutes(1),
    severity: 'critical',
    summary: 'The last run of a DAG failed.',
    description: 'DAG {{ $labels.dag_id }} has failed {{ $value | humanize }} times in a row.',
    impact: 'What the DAG keeps up to date stays as it was after its last success.',
    action:
      'Find the task that failed and its error in the log line "dag task: failed"; repair the cause and start a run by hand.',
    runbook: 'dags',
    dashboard: panel('DAG Run Status'),
  },
  {
    alert: 'DagSlaMissed',
    // What a dead process owes is told with its death, unless it has been told before.
    expr: promql`(
        ${slaOverrun} > ${0}
        unless on (dag_id)
        ((${dag.gone} or on (dag_id) ${firing('DagGone')}) unless on (dag_id) ${firing('DagSlaMissed')})
        or on (dag_id)
        time() - ${slaMissedAt} <= ${dagSlaMissedKept}
      )
      and on (dag_id) ${isEnabled}`,
    for: minutes(1),
    severity: 'critical',
    summary: 'A DAG was not done by the time that its SLA says.',
    description:
      'A run of DAG {{ $labels.dag_id }} had not succeeded by its deadline, {{ $value | humanizeDuration }} ago.',
    impact: 'Those to whom its results are promised by that time do not have them.',
    action:
      'See whether the run is under way and in which task; if it has not begun, start it. Tell those who wait for it when it will be done.',
    runbook: 'dags',
    dashboard: panel('Time to the Deadline'),
  },
];

const otherDagAlerts: readonly AlertOptions[] = [
  {
    alert: 'DagSlaApproaching',
    expr: promql`${slaOverrun} > on (dag_id) -(${dagSlaApproached} * ${sla}) <= ${0} and on (dag_id) ${isEnabled}`,
    noForReason: 'Each minute of waiting is one less to act in.',
    severity: 'warning',
    summary: 'A DAG is not done, and its deadline is near.',
    description:
      'A run of DAG {{ $labels.dag_id }} is not done; until its deadline it is {{ $value | humanizeDuration }}.',
    impact: 'None yet; if it does not end, its SLA is missed.',
    action: 'See in which task the run is and what it waits for; if it has not begun, start it.',
    runbook: 'dags',
    dashboard: panel('Time to the Deadline'),
  },
  {
    alert: 'DagTaskFailed',
    expr: promql`${taskFailures} > ${0}
      and on (dag_id, task_id) ${hasTask}
      and on (dag_id) ${isEnabled}`,
    noForReason: 'It has made its retries already.',
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'A task of a DAG failed for good.',
    description:
      'Task {{ $labels.task_id }} of DAG {{ $labels.dag_id }} has failed {{ $value | humanize }} times since it last succeeded, its retries apart.',
    impact: 'What comes after it did not run; whether the run as a whole failed, DagFailed says.',
    action: 'Read its error in the log line "dag task: failed", and repair the cause before the next run.',
    runbook: 'dags',
    dashboard: panel('Task Outcomes'),
  },
  {
    alert: 'DagMissedRun',
    expr: promql`${overdue} > on (dag_id) ${tolerance}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A DAG did not start when it should have.',
    description: 'DAG {{ $labels.dag_id }} should have started {{ $value | humanizeDuration }} ago.',
    impact: 'One run is missing; if the next one comes, it makes up for it.',
    action: 'See in the log whether the scheduler was there at that time and what it did.',
    runbook: 'dags',
    dashboard: panel('Age of the Last Run'),
  },
  {
    alert: 'DagStale',
    expr: promql`${successAge}
      and on (dag_id) ${dataAge} > on (dag_id) ${dagStaleRatio} * ${freshnessObjective}
      and on (dag_id) ${isEnabled}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'The last success of a DAG is long ago.',
    description: 'DAG {{ $labels.dag_id }} last succeeded {{ $value | humanizeDuration }} ago.',
    impact: 'What the DAG keeps up to date is nearly as old as it may become.',
    action: 'See whether the DAG runs and how its runs end.',
    runbook: 'dags',
    dashboard: panel('Age of the Last Run'),
  },
  {
    alert: 'DagNeverSucceeded',
    expr: promql`time() - ${firstSuccessAwaited} > on (dag_id) ${freshnessObjective}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A DAG has never succeeded since it was declared.',
    description:
      'DAG {{ $labels.dag_id }} was declared {{ $value | humanizeDuration }} ago and has not succeeded since.',
    impact: 'What the DAG should provide is not there at all.',
    action: 'Read the errors of its first runs; if there was none, see whether a scheduler starts it.',
    runbook: 'dags',
    dashboard: panel('Age of the Last Run'),
  },
  {
    alert: 'DagLate',
    expr: promql`${lateness} > on (dag_id) clamp_max(${dagLateRatio} * ${interval}, ${dagLateLongest})`,
    noForReason: 'It is about the latest start, which does not become later by waiting.',
    severity: 'warning',
    summary: 'A DAG starts later than its schedule says.',
    description: 'The latest start of DAG {{ $labels.dag_id }} was {{ $value | humanizeDuration }} late.',
    impact: 'Its results come late by as much, and its deadline is nearer.',
    action: 'See what kept it: too few slots, a run before it, or a process that was not there.',
    runbook: 'dags',
    dashboard: panel('Start Lateness'),
  },
  {
    alert: 'DagOverlapping',
    expr: promql`time() - ${overlap} <= on (dag_id) ${dagOverlapIntervals} * ${interval}`,
    noForReason: 'An overlap is over by the time that it is seen again.',
    severity: 'warning',
    summary: 'Runs of a DAG meet.',
    description:
      'When a run of DAG {{ $labels.dag_id }} was due, {{ $value | humanizeDuration }} ago, another was under way.',
    impact: 'A run was left out, or two worked on the same things at once.',
    action: 'See whether runs last longer than the interval, or two processes run the DAG.',
    runbook: 'dags',
    dashboard: panel('Runs under Way'),
  },
  {
    alert: 'DagNameShared',
    expr: promql`${services} > ${dagSharedName}`,
    for: minutes(30),
    severity: 'warning',
    summary: 'Two services have a DAG of the same id.',
    description: 'The DAG {{ $labels.dag_id }} is declared by {{ $value | humanize }} services.',
    impact: 'They count as one DAG: when one of them stops or fails, the other hides it.',
    action:
      'Give one of the DAGs another id, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
    runbook: 'dags',
    dashboard: panel('DAGs'),
  },
  {
    alert: 'DagDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A DAG is disabled.',
    description: 'DAG {{ $labels.dag_id }} has been disabled; nobody is told when its results become old.',
    impact: 'What the DAG keeps up to date grows old, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'dags',
    dashboard: panel('DAGs'),
  },
];

/** The alerts on DAGs, the critical ones first. */
export const dagAlerts: readonly AlertOptions[] = [...criticalDagAlerts, ...otherDagAlerts];
