import { days, grownIn, jobs, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { alertNamed } from '../../alerts.ts';
import { orNone, runsIn } from './counted.ts';

const STAT = { type: 'stat', width: 12, height: 8 } as const;

const failedInDay = runsIn(days(1), jobs.FAILED);

export const errors: PanelSpec = {
  title: 'Error Count (24h)',
  description: 'Runs of the last 24 hours that failed or ran into their time limit. Should be 0.',
  ...STAT,
  unit: unit.count,
  queries: [
    {
      ...byState([
        { name: 'none', color: 'green', query: promql`${failedInDay} == 0` },
        { name: 'failed', color: 'red', query: promql`${failedInDay} > 0` },
      ]),
      legend: '{{job_name}}',
    },
  ],
};

export const intervals: PanelSpec = {
  title: 'Sync Interval Configuration',
  description: 'The declared time between two starts of each job: the longest gap that its schedule leaves.',
  ...STAT,
  unit: unit.seconds,
  queries: [{ query: promql`${jobs.interval}`, legend: '{{job_name}}' }],
};

export const manual: PanelSpec = {
  title: 'Manual Trigger Count (24h)',
  description: 'Runs of the last 24 hours that somebody started by hand.',
  ...STAT,
  unit: unit.count,
  queries: [
    {
      query: orNone(grownIn(jobs.manualRunsTotal, days(1))),
      legend: '{{job_name}}',
    },
  ],
};

export const errorRate: PanelSpec = {
  title: 'Error Rate Over Time',
  description:
    'Of the five jobs with most, the share of runs that failed, over at least four declared intervals, with the line beyond which it is critical; on the right axis, failures in a row, with a line of their own. "failing" is at 100 % while the last run failed too and JobFailing is about to fire or fires.',
  type: 'timeseries',
  unit: unit.ratio,
  width: 24,
  height: 9,
  max: 1,
  queries: [
    { query: promql`topk(5, ${jobs.failedShare})`, legend: '{{job_name}}', line: jobs.failedRatio },
    {
      query: promql`0 * (${alertNamed('JobFailing').expr}) + 1`,
      legend: '{{job_name}} failing',
      color: 'red',
    },
    {
      query: promql`topk(5, ${jobs.consecutiveFailures})`,
      legend: '{{job_name}} in a row',
      rightAxis: unit.count,
      line: jobs.failuresInARow,
    },
  ],
};
