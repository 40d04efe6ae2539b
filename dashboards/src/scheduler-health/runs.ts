import { countOf, jobs, promql, sync } from '@sightglass/rules';
import { jobRunDuration, jobRuns, syncItems, syncSourcesConfigured } from '@sightglass/scheduler/metrics';
import { alertNamed } from '../alerts.ts';
import { quantile } from '../quantile.ts';
import type { PanelQuery, PanelSpec } from '../spec.ts';
import { byState } from '../states.ts';
import { type Color, unit } from '../style.ts';
import { window } from '../window.ts';

const HALF = { width: 12, height: 10 } as const;
const HALF_STAT = { width: 12, height: 8 } as const;

type RunStatus = Parameters<typeof jobRuns.where>[0]['status'];

/** Runs a day: per second or per minute, a job that runs every six hours would be a row of zeros. */
const perDay = (status: RunStatus, legend: string, color?: Color): PanelQuery => ({
  query: promql`86400 * sum by (job_name) (rate(${jobRuns.where({ status: status! })}[${window}]))`,
  legend: `{{job_name}} ${legend}`,
  ...(color && { color }),
});

export const outcomes: PanelSpec = {
  title: 'Sync Success vs Failures',
  description:
    'Runs a day by how they ended, and those that never began, over at least four declared intervals before each point.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    perDay('success', 'success', 'green'),
    perDay('partial', 'partial', 'yellow'),
    perDay(['failed', 'timeout'], 'failed', 'red'),
    perDay('cancelled', 'cancelled'),
    perDay(['skipped_overlap', 'skipped_lock', 'missed'], 'never began'),
  ],
};

const ran = jobRunDuration.where({ status: ['success', 'partial', 'failed', 'timeout'] });

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
      query: promql`${jobs.running} or on (job_name) 0 * ${jobs.durationObjective}`,
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

const low = alertNamed('SyncLowItems').expr;

export const items: PanelSpec = {
  title: 'Models Updated Per Sync',
  description:
    'Items that each source gives in a run, on average over at least four declared intervals, one on top of the other. Dashed: all items of the last run, "low" and red when they are fewer than the objective, which is the red line.',
  type: 'area',
  unit: unit.count,
  ...HALF,
  queries: [
    {
      query: promql`sum by (job_name, source) (increase(${syncItems}[${window}]))
        / on (job_name) group_left ()
        (sum by (job_name) (increase(${countOf(ran)}[${window}])) > 0)`,
      legend: '{{job_name}} {{source}}',
    },
    {
      ...byState([
        { name: 'ok', color: 'green', query: promql`${sync.lastItems} unless on (job_name) (${low})` },
        { name: 'low', color: 'red', query: low },
      ]),
      legend: '{{job_name}} last run',
      limit: true,
    },
    { query: promql`${sync.itemsObjective}`, legend: '{{job_name}} objective', color: 'red', limit: true },
  ],
};

const stale = alertNamed('SyncDataStale').expr;
const old = promql`${sync.sourceAge} > on (job_name) group_left () ${jobs.freshnessObjective}`;

export const sourceAges: PanelSpec = {
  title: 'Last Sync Timestamp Per Provider',
  description:
    'How long ago something last came from each source without an error: "fresh", "stale" when nearly as old as it may become, "old" beyond that. "failing": its last error was so long ago, and nothing has come without one since.',
  type: 'stat',
  unit: unit.seconds,
  ...HALF,
  queries: [
    {
      ...byState([
        {
          name: 'fresh',
          color: 'green',
          query: promql`${sync.sourceAge} unless on (job_name, source) (${stale}) unless on (job_name, source) (${old})`,
        },
        {
          name: 'stale',
          color: 'yellow',
          query: promql`(${stale}) unless on (job_name, source) (${old})`,
        },
        { name: 'old', color: 'red', query: old },
        { name: 'failing', color: 'red', query: alertNamed('SyncSourceFailing').expr },
      ]),
      legend: '{{job_name}} {{source}}',
    },
  ],
};

export const sources: PanelSpec = {
  title: 'Providers Configured',
  description:
    'How many sources each sync is configured to fetch from; 0 and "gone" when no process has the sync any more. Beside it how many are "new" and how many have "vanished" of late.',
  type: 'stat',
  unit: unit.count,
  ...HALF_STAT,
  queries: [
    {
      ...byState([
        {
          name: 'configured',
          color: 'green',
          query: promql`max by (job_name) (${syncSourcesConfigured})`,
        },
        {
          name: 'gone',
          color: 'red',
          query: promql`0 * (${alertNamed('JobGone').expr}) and on (job_name) ${sync.sourceFirstSeen}`,
        },
        {
          name: 'new',
          color: 'blue',
          query: promql`count by (job_name) (${alertNamed('SyncSourceAdded').expr})`,
        },
        {
          name: 'vanished',
          color: 'yellow',
          query: promql`count by (job_name) (${alertNamed('SyncSourceVanished').expr})`,
        },
      ]),
      legend: '{{job_name}}',
    },
  ],
};
