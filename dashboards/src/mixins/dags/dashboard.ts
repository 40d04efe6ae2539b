import { dagDeclared } from '@sightglass/pipeline/metrics';
import { dags, pipelines, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval, windowVariable } from '../../engine/window.ts';
import { compliance, records, status, success } from './panels/now.ts';
import { failedRecords, pipelineTable } from './panels/pipelines.ts';
import { ages, deadline, errorsByKind, lateness, outcomes, recovery, underWay } from './panels/runs.ts';
import { dagNumbers, dagTable, dagTimeline } from './panels/states.ts';
import { executionDuration, heartbeat, taskDurations, taskOutcomes } from './panels/tasks.ts';

/** A window of a week holds four runs of a DAG that runs once a day. */
const USUAL_WINDOW = 604_800;

/** DAGs and pipelines: do they run, do they succeed, are they done in time, which task is it. Below the table and the timeline of all DAGs, the panels of the reference systems. */
export const pipelineDashboard: DashboardSpec = {
  uid: 'sightglass-pipelines',
  title: 'Pipeline Status',
  description:
    'DAGs, their tasks and their SLAs, and the pipelines that they run: whether they run, how runs and tasks end, how long they take, and whether they are done in time.',
  tags: ['pipeline', 'dag', 'sla', 'generated'],
  minInterval: '30s',
  from: 'now-24h',
  variables: [
    { label: 'dag_id', title: 'DAG', of: dags.interval },
    { label: 'pipeline_name', title: 'Pipeline', of: pipelines.enabled },
  ],
  computed: [windowVariable(dags.windowSeconds, USUAL_WINDOW)],
  annotations: [
    // A process declares its DAGs when it starts.
    restarts({
      by: ['dag_id'],
      changed: [promql`changes(${dagDeclared}[${rateInterval}])`],
      alive: dagDeclared,
      text: 'A process with the DAG {{dag_id}} started.',
    }),
  ],
  firing: { labels: [], others: ['dag_id', 'task_id', 'scheduler', 'pipeline_name', 'layer'] },
  numbers: dagNumbers,
  panels: [
    dagTable,
    dagTimeline,
    status,
    success,
    compliance,
    records,
    outcomes,
    deadline,
    taskDurations,
    taskOutcomes,
    underWay,
    ages,
    lateness,
    recovery,
    errorsByKind,
    pipelineTable,
    executionDuration,
    heartbeat,
    failedRecords,
  ],
  related: ['sightglass-slo', 'sightglass-system', 'sightglass-telemetry'],
};
