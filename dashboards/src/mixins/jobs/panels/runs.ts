import { jobs, promql, type Query } from '@sightglass/rules';
import { runStatuses } from '@sightglass/scheduler';
import { jobRunDuration } from '@sightglass/scheduler/metrics';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { quantile, window, windowInSeconds } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';
import { runsIn } from './counted.ts';

const HALF = { width: 12, height: 10 } as const;

/** Runs a day of all chosen jobs: per second or per minute, a job that runs every six hours would be a row of zeros. */
const perDay = (status: readonly string[], legend: string, color?: Color): PanelQuery => ({
  query: promql`86400 * sum (${runsIn(window, status)}) / ${windowInSeconds}`,
  legend,
  ...(color && { color }),
});

export const outcomes: PanelSpec = {
  title: 'Sync Success vs Failures',
  description:
    'Runs a day of the chosen jobs by how they ended, those that their queue has again, and those that never began, over at least four declared intervals before each point.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    perDay(['success'], 'success', 'green'),
    perDay(['partial'], 'partial', 'yellow'),
    perDay(jobs.FAILED, 'failed', 'red'),
    perDay(['cancelled'], 'cancelled'),
    perDay(['handed_back'], 'handed back'),
    perDay(runStatuses.neverBegan, 'never began'),
  ],
};

const ran = jobRunDuration.where({ status: jobs.JUDGED });

/** How long the last run of a job took, or the one under way takes, where that is longer. */
const longest = promql`(${jobs.running} > on (job_name) ${jobs.lastDuration} or on (job_name) ${jobs.lastDuration} or on (job_name) ${jobs.running})`;

/** A limit of the three jobs that take longest, where it is within twice of that: a far one would flatten the others. */
const near = (limit: Query): Query => promql`${limit} <= on (job_name) 2 * topk(3, ${longest})`;

export const duration: PanelSpec = {
  title: 'Sync Duration',
  description:
    'How long runs take: quantiles over the chosen jobs over at least four declared intervals, and of the three jobs with the highest the average, the last run and the run that is under way. The red line is the duration objective, the yellow one where a run that is under way counts as stuck; each is drawn where it is near. On the right axis, 1 while runs meet.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], ran, window), legend: 'p50' },
    { query: quantile(0.95, [], ran, window), legend: 'p95' },
    { query: quantile(0.99, [], ran, window), legend: 'p99' },
    { query: promql`topk(3, ${jobs.meanDuration})`, legend: '{{job_name}} average' },
    { query: promql`topk(3, ${jobs.lastDuration})`, legend: '{{job_name}} last' },
    {
      query: promql`topk(3, ${jobs.running})`,
      legend: '{{job_name}} under way',
    },
    {
      query: near(promql`${jobs.durationObjective}`),
      legend: '{{job_name}} objective',
      color: 'red',
      limit: true,
    },
    {
      query: near(promql`${jobs.stuckRatio} * ${jobs.durationObjective}`),
      legend: '{{job_name}} stuck',
      color: 'yellow',
      limit: true,
    },
    {
      query: promql`0 * (${alertNamed('JobOverlapping').expr}) + 1`,
      legend: '{{job_name}} overlap',
      rightAxis: unit.count,
    },
  ],
};
