import { grownIn, jobs, promql, sync, where } from '@sightglass/rules';
import { syncItems, syncSourcesConfigured } from '@sightglass/scheduler/metrics';
import type { PanelSpec } from '../../engine/spec.ts';
import { byState } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { window } from '../../engine/window.ts';
import { alertNamed } from '../alerts.ts';

const HALF = { width: 12, height: 10 } as const;
const HALF_STAT = { width: 12, height: 8 } as const;

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
        (sum by (job_name) (${grownIn(where(jobs.runsTotal, { status: jobs.JUDGED }), window)}) > 0)`,
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
