import {
  dagTaskDuration,
  dagTaskDurationObjective,
  dagTaskLastDuration,
  dagTaskStarted,
  pipelineActiveConsumers,
  pipelineDurationObjective,
  pipelineExecutionDuration,
} from '@sightglass/pipeline/metrics';
import { dags, grownIn, promql, where } from '@sightglass/rules';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { quantile, window, windowInSeconds } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 10 } as const;

const last = promql`max by (dag_id, task_id) (${dagTaskLastDuration})`;

/** 000-P6. */
export const taskDurations: PanelSpec = {
  title: 'Task Execution Time',
  description:
    'How long tasks take, of the five that take longest: the last try, the p95 of tries that succeeded over at least four declared intervals, and the try that is under way. The red line is what a task promises, drawn where it is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(5, ${last})`, legend: '{{dag_id}} {{task_id}} last' },
    {
      query: promql`topk(5, ${quantile(0.95, ['dag_id', 'task_id'], dagTaskDuration, window)})`,
      legend: '{{dag_id}} {{task_id}} p95',
    },
    {
      query: promql`topk(5, time() - min by (dag_id, task_id) (${dagTaskStarted}))`,
      legend: '{{dag_id}} {{task_id}} under way',
    },
    {
      query: promql`max by (dag_id, task_id) (${dagTaskDurationObjective}) <= on (dag_id, task_id) 2 * topk(5, ${last})`,
      legend: '{{dag_id}} {{task_id}} promised',
      color: 'red',
      limit: true,
    },
  ],
};

const perDay = (status: string, legend: string, color?: Color): PanelQuery => ({
  query: promql`86400 * sum (${grownIn(where(dags.taskRunsTotal, { status }), window)}) / ${windowInSeconds}`,
  legend,
  ...(color && { color }),
});

export const taskOutcomes: PanelSpec = {
  title: 'Task Outcomes',
  description:
    'What became of tasks a day, over at least four declared intervals: "retried" is a try that failed and was made again, "blocked" never began, as one before it had failed. On the right axis, failures since it last succeeded of the eight tasks with most. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    perDay('success', 'success', 'green'),
    perDay('failed', 'failed', 'red'),
    perDay('up_for_retry', 'retried', 'yellow'),
    perDay('upstream_failed', 'blocked'),
    perDay('skipped', 'skipped', 'blue'),
    {
      query: promql`topk(8, ${alertNamed('DagTaskFailed').expr})`,
      legend: '{{dag_id}} {{task_id}} failing',
      rightAxis: unit.count,
    },
  ],
};

const slow = quantile(
  0.95,
  ['pipeline_name'],
  pipelineExecutionDuration.where({ status: 'success' }),
  window,
);

/** 001-P4. */
export const executionDuration: PanelSpec = {
  title: 'Pipeline Execution Duration',
  description:
    'How long executions of pipelines took that succeeded: the p95 of the eight slowest, over at least four declared intervals before each point. The red line is what a pipeline promises, drawn where it is near. On the right axis, consumers that are at work, of pipelines that stream.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(8, ${slow})`, legend: '{{pipeline_name}} p95' },
    {
      query: promql`max by (pipeline_name) (${pipelineDurationObjective}) <= on (pipeline_name) 2 * topk(8, ${slow})`,
      legend: '{{pipeline_name}} promised for p95',
      color: 'red',
      limit: true,
    },
    {
      query: promql`topk(8, sum by (pipeline_name) (${pipelineActiveConsumers}))`,
      legend: '{{pipeline_name}} consumers',
      rightAxis: unit.count,
    },
  ],
};

export const heartbeat: PanelSpec = {
  title: 'Scheduler Heartbeat',
  description:
    'How long ago the loops that start DAGs last came round, with or without their process, of the eight where it is longest. The red line is where DagSchedulerDown speaks, drawn where it is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(8, ${dags.heartbeatAge})`, legend: '{{scheduler}}' },
    {
      query: promql`clamp_min(${dags.dagSchedulerBeats} * ${dags.heartbeatInterval}, ${dags.dagSchedulerLeast}) <= on (scheduler) 2 * topk(8, ${dags.heartbeatAge})`,
      legend: '{{scheduler}} down',
      color: 'red',
      limit: true,
    },
  ],
};
