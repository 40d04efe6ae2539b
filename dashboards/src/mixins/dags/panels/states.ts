import { dags, days, promql } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';
import { alertNamed } from '../../alerts.ts';
import { keptIn, runsIn } from './counted.ts';

/*
 * Whether anything is wrong with any DAG, what exactly, and since when: the first row, a row for each DAG, and a band for each.
 */

const BY = ['dag_id'] as const;

const of = promql`${dags.interval}`;

const stuck = dags.isStuck;
const stopped = promql`${dags.standstill} unless on (dag_id) ${dags.running}`;
const failed = promql`(${dags.consecutiveFailures} > 0)`;
const missed = dags.slaIsMissed;
const old = promql`(${dags.dataAge} > on (dag_id) ${dags.freshnessObjective})`;
const near = promql`(${alertNamed('DagSlaApproaching').expr})`;
const late = promql`((${alertNamed('DagMissedRun').expr}) or on (dag_id) (${alertNamed('DagLate').expr}))`;

/** What a DAG is, the worst first. */
const states: readonly State[] = [
  { name: 'gone', color: 'red', query: dags.isGone },
  { name: 'stuck', color: 'red', query: stuck },
  { name: 'stopped', color: 'red', query: stopped },
  // Of what somebody switched off nobody is told that it failed or is old.
  { name: 'disabled', color: 'yellow', query: dags.isDisabled },
  { name: 'failed', color: 'red', query: failed },
  { name: 'sla-missed', color: 'red', query: missed },
  { name: 'old', color: 'red', query: old },
  { name: 'sla-near', color: 'yellow', query: near },
  { name: 'late', color: 'yellow', query: late },
  { name: 'running', color: 'blue', query: promql`${dags.running}` },
  { name: 'ok', color: 'green', query: of },
];

export const dagNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Not running',
    description:
      'DAGs that are stuck in a run, or stand still although they are meant to run, with their process or without. Should be 0.',
    wrong: promql`${stuck} or on (dag_id) ${stopped}`,
    of,
    state: 'stopped',
    color: 'red',
  }),
  howMany({
    title: 'Last failed',
    description: 'DAGs whose last run failed, but for those that somebody switched off. Should be 0.',
    wrong: promql`${failed} unless on (dag_id) ${dags.isDisabled}`,
    of,
    state: 'failed',
    color: 'red',
  }),
  howMany({
    title: 'SLA missed',
    description:
      'DAGs of which a run was not done by its deadline, now or within the last quarter of an hour. Should be 0.',
    wrong: missed,
    of,
    state: 'missed',
    color: 'red',
  }),
  howMany({
    title: 'Late or near',
    description: 'DAGs that missed a start, started late, or are near their deadline. Should be 0.',
    wrong: promql`${late} or on (dag_id) ${near}`,
    of,
    state: 'late',
    color: 'yellow',
  }),
];

const WEEK = days(7);

export const [dagTable, dagTimeline] = rowsAndBands({
  noun: 'DAG',
  title: 'DAGs',
  by: BY,
  legend: '{{dag_id}}',
  states,
  described:
    'how old its last success is, and as a share of what it promises; when it is due (below 0: overdue); how long it is to its deadline (below 0: past it); failures in a row; how long the last run took, and as a share of its SLA; and the shares of the runs of the last 7 days that succeeded, and that kept the SLA; and how many services share its id, where it is more than one.',
  heights: [9, 7],
  columns: [
    { query: promql`${dags.successAge}`, legend: 'Last success' },
    {
      query: promql`${dags.dataAge} / on (dag_id) (${dags.freshnessObjective} > 0)`,
      legend: 'Age of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`${dags.due} - time()`, legend: 'Due in' },
    { query: promql`-1 * ${dags.slaOverrun}`, legend: 'Deadline in' },
    { query: promql`${dags.consecutiveFailures}`, legend: 'Failures in a row', unit: unit.count },
    { query: promql`${dags.lastDuration}`, legend: 'Last run took' },
    {
      query: promql`${dags.lastDuration} / on (dag_id) (${dags.sla} > 0)`,
      legend: 'Took of SLA',
      unit: unit.ratio,
      bar: 0.8,
    },
    {
      query: promql`${runsIn(WEEK, ['success'])} / on (dag_id) (${runsIn(WEEK, dags.JUDGED)} > 0)`,
      legend: 'Success, 7 d',
      unit: unit.ratio,
    },
    { query: keptIn(WEEK), legend: 'In time, 7 d', unit: unit.ratio },
    { query: alertNamed('DagNameShared').expr, legend: 'Services', unit: unit.count },
  ],
});
