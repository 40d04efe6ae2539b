import * as pipeline from '@sightglass/pipeline/metrics';
import { dagInterval } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { dagAlerts } from './alerts.ts';
import { dagAliases } from './aliases.ts';
import { countRecordings, failureRecordings } from './counts.ts';
import { dagRecordings, ownership, PER_DAG } from './recordings.ts';

export { dagAlerts } from './alerts.ts';
export * from './counts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

const named = (start: string) =>
  Object.values(pipeline).filter(({ descriptor }) => descriptor.name.startsWith(start));

/** What tells that nothing new has come. */
const STALE = ['DagMissedRun', 'DagStale', 'DagNeverSucceeded'];
const APPROACHING = 'DagSlaApproaching';

/** DAGs and their tasks. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const dags = defineMixin({
  name: 'dags',
  component: 'dag',
  about: 'DAGs and their tasks, each by its own schedule and SLA: what the alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'declareDag()',
      metrics: named('dag_').filter(({ descriptor }) => !descriptor.name.startsWith('dag_scheduler_')),
      appears: {
        dag_run_started_timestamp_seconds: 'while a run is under way',
        dag_run_deadline_timestamp_seconds: 'while a run is under way, when slaSeconds is declared',
        dag_last_run_timestamp_seconds: 'after the first run',
        dag_last_run_duration_seconds: 'after the first run',
        dag_last_success_timestamp_seconds: 'after the first success',
        dag_next_run_timestamp_seconds: 'while the DAG is enabled',
        dag_sla_seconds: 'when slaSeconds is declared',
        dag_sla_missed_total: 'when slaSeconds is declared',
        dag_trouble_started_timestamp_seconds: 'while the DAG is in trouble',
        dag_last_recovery_seconds: 'after the first recovery',
        dag_task_started_timestamp_seconds: 'while a task is under way',
        dag_task_last_duration_seconds: 'after the first run of the task',
        dag_task_duration_objective_seconds: 'when durationObjectiveSeconds of a task is declared',
        dag_task_upstream_info: 'when a task comes after another',
        dag_owner_info: 'when owner is declared',
        dag_pages: 'when pages is false',
      },
      optional: [
        'dag_owner_info',
        'dag_pages',
        'dag_task_upstream_info',
        'dag_task_duration_objective_seconds',
      ],
    },
    {
      exportedBy: 'declareDagScheduler()',
      metrics: named('dag_scheduler_'),
    },
  ],
  groups: () => [
    // What is counted reads the most samples, and moves by runs: it is evaluated less often.
    { name: 'sightglass-dag-counts', interval: minutes(1), rules: countRecordings },
    {
      name: 'sightglass-dags',
      interval: seconds(30),
      rules: [...dagRecordings, ...failureRecordings, ...dagAlerts],
    },
  ],
  identities: [{ labels: PER_DAG, declared: dagInterval }],
  owners: { of: PER_DAG, ownership, complete: true },
  aliases: () => dagAliases,
  // One outage is one page: of a process that is gone DagGone, else DagSlaMissed, which comes before the DAG has stopped or hangs; of a DAG without an SLA the one that says most.
  inhibitions: [
    {
      sources: ['DagGone'],
      targets: ['DagStopped', 'DagFailed', 'DagStuck', 'DagTaskFailed', 'DagLate', APPROACHING, ...STALE],
      equal: ['dag_id'],
    },
    { sources: ['DagStopped'], targets: [APPROACHING, ...STALE], equal: ['dag_id'] },
    { sources: ['DagStuck'], targets: ['DagOverlapping', APPROACHING, ...STALE], equal: ['dag_id'] },
    {
      sources: ['DagFailed'],
      targets: ['DagTaskFailed', 'DagStale', 'DagNeverSucceeded', 'DagSlaMissed', APPROACHING],
      equal: ['dag_id'],
    },
    {
      sources: ['DagSlaMissed'],
      targets: ['DagGone', 'DagStopped', 'DagStuck', 'DagMissedRun', APPROACHING],
      equal: ['dag_id'],
    },
  ],
});
