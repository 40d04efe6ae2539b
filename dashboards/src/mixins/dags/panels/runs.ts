import { dagStatuses } from '@sightglass/pipeline';
import { dagErrors, dagTaskErrors, dagTaskQueueDelay } from '@sightglass/pipeline/metrics';
import { dags, promql, type Query } from '@sightglass/rules';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { quantile, window, windowInSeconds } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';
import { runsIn } from './counted.ts';

const HALF = { width: 12, height: 10 } as const;

/** Runs a day of all chosen DAGs: per second or per minute, a DAG that runs once a day would be a row of zeros. */
const perDay = (status: readonly string[], legend: string, color?: Color): PanelQuery => ({
  query: promql`86400 * sum (${runsIn(window, status)}) / ${windowInSeconds}`,
  legend,
  ...(color && { color }),
});

/** 000-P7. */
export const outcomes: PanelSpec = {
  title: 'Success and Failure',
  description:
    'Runs a day of the chosen DAGs by how they ended, and those that never began, over at least four declared intervals before each point. On the right axis, failures in a row of the five DAGs with most. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    perDay(['success'], 'success', 'green'),
    perDay(dags.FAILED, 'failed', 'red'),
    perDay(['cancelled'], 'cancelled'),
    perDay(dagStatuses.neverBegan, 'never began', 'yellow'),
    {
      query: promql`topk(5, ${dags.consecutiveFailures} > 0)`,
      legend: '{{dag_id}} in a row',
      rightAxis: unit.count,
    },
  ],
};

/** The DAGs of which the deadline is nearest, or most past. */
const left = promql`bottomk(8, -1 * ${dags.slaOverrun})`;

export const deadline: PanelSpec = {
  title: 'Time to the Deadline',
  description:
    'How long it is to the deadline of the run that is due or under way, of the eight DAGs where it is nearest; below 0 it is past. On the right axis, how long ago a deadline passed that was not kept.',
  type: 'timeseries',
  unit: unit.seconds,
  from: 'data',
  ...HALF,
  queries: [
    { query: left, legend: '{{dag_id}}' },
    {
      query: promql`-1 * (${alertNamed('DagSlaApproaching').expr})`,
      legend: '{{dag_id}} near',
      color: 'yellow',
    },
    {
      query: dags.slaIsMissed,
      legend: '{{dag_id}} missed',
      color: 'red',
      rightAxis: unit.seconds,
    },
  ],
};

const longest = promql`(${dags.running} > on (dag_id) ${dags.lastDuration} or on (dag_id) ${dags.lastDuration} or on (dag_id) ${dags.running})`;

/** A limit of the three DAGs that take longest, where it is within twice of that: a far one would flatten the others. */
const near = (limit: Query): Query => promql`${limit} <= on (dag_id) 2 * topk(3, ${longest})`;

export const underWay: PanelSpec = {
  title: 'Runs under Way',
  description:
    'How long runs take, of the three DAGs that take longest: the average over at least four declared intervals, the last run, and the run that is under way. The red line is the SLA, the yellow one where a run that is under way counts as stuck; each is drawn where it is near. On the right axis, 1 while runs meet.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(3, ${dags.meanDuration})`, legend: '{{dag_id}} average' },
    { query: promql`topk(3, ${dags.lastDuration})`, legend: '{{dag_id}} last' },
    { query: promql`topk(3, ${dags.running})`, legend: '{{dag_id}} under way' },
    { query: near(promql`${dags.sla}`), legend: '{{dag_id}} promised', color: 'red', limit: true },
    {
      query: near(promql`${dags.dagStuckRatio} * ${dags.sla}`),
      legend: '{{dag_id}} stuck',
      color: 'yellow',
      limit: true,
    },
    { query: alertNamed('DagStuck').expr, legend: '{{dag_id}} hangs', color: 'red' },
    {
      query: promql`0 * (${alertNamed('DagOverlapping').expr}) + 1`,
      legend: '{{dag_id}} overlap',
      rightAxis: unit.count,
    },
  ],
};

const age = promql`(${dags.successAge} or on (dag_id) time() - ${dags.firstSuccessAwaited})`;

export const ages: PanelSpec = {
  title: 'Age of the Last Run',
  description:
    'Of the five DAGs where it is longest: how long ago a run last ended, and how long ago one last succeeded, or for how long the first success has been waited for; the red line is how old that may become, drawn where it is near. "overdue": how long a start has been waited for.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(5, ${dags.runAge})`, legend: '{{dag_id}} run' },
    { query: promql`topk(5, ${age})`, legend: '{{dag_id}} success' },
    { query: alertNamed('DagMissedRun').expr, legend: '{{dag_id}} overdue', color: 'yellow' },
    { query: alertNamed('DagStale').expr, legend: '{{dag_id}} nearly too old', color: 'yellow' },
    { query: promql`topk(5, ${dags.standstill})`, legend: '{{dag_id}} stopped', color: 'red' },
    {
      query: promql`${dags.freshnessObjective} <= on (dag_id) 2 * topk(5, ${age})`,
      legend: '{{dag_id}} promised',
      color: 'red',
      limit: true,
    },
  ],
};

export const lateness: PanelSpec = {
  title: 'Start Lateness',
  description:
    'How late the latest starts of the eight latest DAGs were, and over the chosen ones how long tasks waited to begin once they could (p95).',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(8, ${dags.lateness})`, legend: '{{dag_id}}' },
    { query: quantile(0.95, [], dagTaskQueueDelay, window), legend: 'tasks wait, p95' },
    {
      query: alertNamed('DagLate').expr,
      legend: '{{dag_id}} late',
      color: 'red',
    },
  ],
};

/** 000-P16. */
export const recovery: PanelSpec = {
  title: 'Recovery Time',
  description:
    'How long the last recovery of each DAG took, from the first run that failed, was missed or missed its SLA to the next good one; and for how long a DAG has been in trouble now. Of the eight with the longest.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(8, ${dags.lastRecovery})`, legend: '{{dag_id}} took' },
    {
      query: promql`topk(8, time() - ${dags.troubleStarted})`,
      legend: '{{dag_id}} in trouble',
      color: 'red',
    },
  ],
};

export const errorsByKind: PanelSpec = {
  title: 'Errors by Kind',
  description:
    'Errors a day of runs and of tries of tasks, by kind, of the eight kinds with most; a try that is made again counts.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    {
      query: promql`topk(8, 86400 * sum by (dag_id, error_type) (increase(${dagErrors}[${window}])) / ${windowInSeconds} > 0)`,
      legend: '{{dag_id}} run {{error_type}}',
    },
    {
      query: promql`topk(8, 86400 * sum by (dag_id, task_id, error_type) (increase(${dagTaskErrors}[${window}])) / ${windowInSeconds} > 0)`,
      legend: '{{dag_id}} {{task_id}} {{error_type}}',
    },
  ],
};
