import { days, jobs, promql } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';
import { alertNamed } from '../../alerts.ts';
import { runsIn } from './counted.ts';

/*
 * Whether anything is wrong with any job, what exactly, and since when: the first row, a row for each job, and a band for each.
 */

const BY = ['job_name'] as const;

const stuck = jobs.isStuck;
const stopped = promql`${jobs.standstill} unless on (job_name) ${jobs.running}`;
const failing = alertNamed('JobFailing').expr;
const failed = promql`${jobs.consecutiveFailures} > 0`;
const old = promql`${jobs.dataAge} > on (job_name) ${jobs.freshnessObjective}`;
const late = promql`(${alertNamed('JobMissedRun').expr}) or on (job_name) (${alertNamed('JobLate').expr})`;

/** What a job is, the worst first. */
const states: readonly State[] = [
  { name: 'gone', color: 'red', query: jobs.isGone },
  { name: 'stuck', color: 'red', query: stuck },
  { name: 'stopped', color: 'red', query: stopped },
  { name: 'failing', color: 'red', query: failing },
  // Of what somebody switched off nobody is told that it is old.
  { name: 'disabled', color: 'yellow', query: jobs.isDisabled },
  { name: 'old', color: 'red', query: old },
  { name: 'failed', color: 'yellow', query: failed },
  { name: 'late', color: 'yellow', query: late },
  { name: 'running', color: 'blue', query: promql`${jobs.running}` },
  { name: 'ok', color: 'green', query: promql`${jobs.interval}` },
];

const of = promql`${jobs.interval}`;

export const jobNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Not running',
    description:
      'Jobs that are stuck in a run, or stand still although they are meant to run, with their process or without. Should be 0.',
    wrong: promql`${stuck} or on (job_name) ${stopped}`,
    of,
    state: 'stopped',
    color: 'red',
  }),
  howMany({
    title: 'Last failed',
    description: 'Jobs whose last run failed. Should be 0.',
    wrong: failed,
    of,
    state: 'failed',
    color: 'yellow',
  }),
  howMany({
    title: 'Too old',
    description:
      'Jobs whose result is older than they promise, but for those that somebody switched off. Should be 0.',
    wrong: promql`${old} unless on (job_name) ${jobs.isDisabled}`,
    of,
    state: 'old',
    color: 'red',
  }),
  howMany({
    title: 'Late',
    description: 'Jobs that missed a start, or started late. Should be 0.',
    wrong: late,
    of,
    state: 'late',
    color: 'yellow',
  }),
];

const DAY = days(1);

export const [jobTable, jobTimeline] = rowsAndBands({
  noun: 'job',
  title: 'Jobs',
  by: BY,
  legend: '{{job_name}}',
  states,
  described:
    'how old its last success is, and as a share of what it promises; when it is due (below 0: overdue); failures in a row; how long the last run took, and as a share of what it may; and the share of the runs of the last 24 hours that succeeded.',
  heights: [9, 7],
  columns: [
    { query: promql`${jobs.successAge}`, legend: 'Last success' },
    {
      query: promql`${jobs.dataAge} / on (job_name) (${jobs.freshnessObjective} > 0)`,
      legend: 'Age of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`${jobs.due} - time()`, legend: 'Due in' },
    { query: promql`${jobs.consecutiveFailures}`, legend: 'Failures in a row', unit: unit.count },
    { query: promql`${jobs.lastDuration}`, legend: 'Last run took' },
    {
      query: promql`${jobs.lastDuration} / on (job_name) (${jobs.durationObjective} > 0)`,
      legend: 'Took of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    {
      query: promql`${runsIn(DAY, ['success'])} / on (job_name) (${runsIn(DAY, jobs.JUDGED)} > 0)`,
      legend: 'Success, 24 h',
      unit: unit.ratio,
    },
  ],
});
