import { jobs, promql } from '@sightglass/rules';
import { runStatuses } from '@sightglass/scheduler';
import { jobRunDuration } from '@sightglass/scheduler/metrics';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { quantile, window, windowInSeconds } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';
import { runsIn } from './counted.ts';

const HALF = { width: 12, height: 10 } as const;

/** Runs a day: per second or per minute, a job that runs every six hours would be a row of zeros. */
const perDay = (status: readonly string[], legend: string, color?: Color): PanelQuery => ({
  query: promql`86400 * ${runsIn(window, status)} / ${windowInSeconds}`,
  legend: `{{job_name}} ${legend}`,
  ...(color && { color }),
});

export const outcomes: PanelSpec = {
  title: 'Sync Success vs Failures',
  description:
    'Runs a day by how they ended, those that their queue has again, and those that never began, over at least four declared intervals before each point.',
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

export const duration: PanelSpec = {
  title: 'Sync Duration',
  description:
    'How long runs take: quantiles and the average over at least four declared intervals, the last run, and the run that is under way (0 while none is). The red line is the duration objective, the yellow one where a run that is under way counts as stuck. On the right axis, 1 while runs meet.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, ['job_name'], ran, window), legend: '{{job_name}} p50' },
    { query: quantile(0.95, ['job_name'], ran, window), legend: '{{job_name}} p95' },
    { query: quantile(0.99, ['job_name'], ran, window), legend: '{{job_name}} p99' },
    { query: promql`${jobs.meanDuration}`, legend: '{{job_name}} average' },
    { query: promql`${jobs.lastDuration}`, legend: '{{job_name}} last' },
    {
      query: promql`${jobs.running} or on (job_name) 0 * ${jobs.interval}`,
      legend: '{{job_name}} under way',
    },
    {
      query: promql`${jobs.durationObjective}`,
      legend: '{{job_name}} objective',
      color: 'red',
      limit: true,
    },
    {
      query: promql`${jobs.stuckRatio} * ${jobs.durationObjective}`,
      legend: '{{job_name}} stuck',
      color: 'yellow',
      limit: true,
    },
    {
      query: promql`0 * (${alertNamed('JobOverlapping').expr}) + 1 or on (job_name) 0 * ${jobs.interval}`,
      legend: '{{job_name}} overlap',
      rightAxis: unit.count,
    },
  ],
};
