import { days, jobs, promql } from '@sightglass/rules';
import { jobInterval } from '@sightglass/scheduler/metrics';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { alertNamed } from '../../alerts.ts';
import { runsIn } from './counted.ts';

const QUARTER = { width: 6, height: 7 } as const;

const DAY = days(1);

/** Whether the job is switched on is one thing, whether it runs another: the panel says both. */
const status: PanelSpec = {
  title: 'Scheduler Status',
  description:
    'Whether each job runs. "running": a run is under way, for so long; "enabled": it waits for its time, the last run ended so long ago; "disabled": somebody switched it off; "away": no process has it now, its next run is not overdue yet. Red: "stuck" in a run, "stopped" though a process has it, or "gone" with its process.',
  type: 'stat',
  unit: unit.seconds,
  ...QUARTER,
  queries: [
    {
      ...byState([
        {
          name: 'running',
          color: 'green',
          query: promql`${jobs.running} unless on (job_name) ${jobs.isStuck}`,
        },
        {
          name: 'enabled',
          color: 'green',
          query: promql`${jobs.runAge} and on (job_name) ${jobs.isEnabled} and on (job_name) ${jobInterval}
            unless on (job_name) ${jobs.running} unless on (job_name) ${jobs.standstill}`,
        },
        {
          name: 'disabled',
          color: 'yellow',
          query: promql`${jobs.isDisabled} unless on (job_name) ${jobs.running}`,
        },
        {
          name: 'away',
          color: 'yellow',
          query: promql`${jobs.runAge} and on (job_name) ${jobs.isEnabled} unless on (job_name) ${jobInterval}
            unless on (job_name) ${jobs.isGone}`,
        },
        { name: 'stuck', color: 'red', query: jobs.isStuck },
        {
          name: 'stopped',
          color: 'red',
          query: promql`${jobs.standstill} unless on (job_name) ${jobs.isGone} unless on (job_name) ${jobs.running}`,
        },
        {
          name: 'gone',
          color: 'red',
          // With the service that had it.
          query: promql`${jobs.isGone} * on (job_name) group_left (job) ${jobs.exportedBy}`,
        },
      ]),
      legend: '{{job_name}}',
    },
  ],
};

const successRate = promql`(${runsIn(DAY, ['success'])} / on (job_name) (${runsIn(DAY, jobs.JUDGED)} > 0))`;
const low = promql`${successRate} < on (job_name) ${jobs.successObjective}`;
const failing = promql`${successRate} < 1 - ${jobs.failedRatio}`;

const success: PanelSpec = {
  title: 'Sync Success Rate (24h)',
  description:
    'The share of the runs of the last 24 hours that succeeded; one that was partial did not. Yellow below the objective that the job declares, red where fewer succeeded than JobFailing accepts (half, unless told otherwise). Empty for a job that has not run in 24 hours.',
  type: 'stat',
  unit: unit.ratio,
  ...QUARTER,
  max: 1,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`${successRate} unless on (job_name) (${low}) unless on (job_name) (${failing})`,
        },
        { name: 'low', color: 'yellow', query: promql`${low} unless on (job_name) (${failing})` },
        { name: 'failing', color: 'red', query: failing },
      ]),
      legend: '{{job_name}}',
    },
  ],
};

const old = promql`${jobs.successAge} > on (job_name) ${jobs.freshnessObjective}`;
/** Of a sync each source is told of by itself; here the sync as a whole grows yellow as any job does. */
const nearlyOld = promql`((${alertNamed('JobStale').expr})
  or on (job_name)
  ${jobs.successAge} > on (job_name) ${jobs.staleRatio} * ${jobs.freshnessObjective})`;
const completed = alertNamed('SyncCompleted').expr;
const never = alertNamed('JobNeverSucceeded').expr;

const lastSync: PanelSpec = {
  title: 'Last Sync Time',
  description:
    'How long ago each job last succeeded: "completed" just now, "fresh", "stale" when nearly as old as it may become, "old" beyond that; "waiting" for a first success, which "never" came in time. Beside it what is wrong with its runs: "stopped" so long ago, "missed" a start so long ago, the latest start so "late".',
  type: 'stat',
  unit: unit.seconds,
  ...QUARTER,
  queries: [
    {
      ...byState([
        { name: 'completed', color: 'green', query: completed },
        {
          name: 'fresh',
          color: 'green',
          query: promql`${jobs.successAge} unless on (job_name) (${completed})
            unless on (job_name) ${nearlyOld} unless on (job_name) (${old})`,
        },
        { name: 'stale', color: 'yellow', query: promql`${nearlyOld} unless on (job_name) (${old})` },
        { name: 'old', color: 'red', query: old },
        {
          name: 'waiting',
          color: 'blue',
          query: promql`time() - ${jobs.firstSuccessAwaited} unless on (job_name) ${jobs.lastSuccess}
            unless on (job_name) (${never})`,
        },
        { name: 'never', color: 'yellow', query: never },
        { name: 'stopped', color: 'red', query: promql`${jobs.standstill}` },
        { name: 'missed', color: 'yellow', query: alertNamed('JobMissedRun').expr },
        { name: 'late', color: 'yellow', query: alertNamed('JobLate').expr },
      ]),
      legend: '{{job_name}}',
    },
  ],
};

/** What would make the number that of two jobs. */
const shared = promql`label_replace(${alertNamed('JobNameShared').expr}, "state", "services", "", "")`;

const total: PanelSpec = {
  title: 'Total Syncs (24h)',
  description:
    'Runs of the last 24 hours that began, whatever started them and however they ended. A job that runs every six hours has four. Yellow: how many services share the name of a job, and are one to every number here.',
  type: 'stat',
  unit: unit.count,
  ...QUARTER,
  queries: [
    {
      query: promql`${runsIn(DAY, jobs.BEGAN)}\nor\n${shared}`,
      states: [{ name: 'services', color: 'yellow' }],
      legend: '{{job_name}}',
    },
  ],
};

/** Is it running, does it succeed, how fresh is its result, how much does it do. */
export const statusPanels: readonly PanelSpec[] = [status, success, lastSync, total];
