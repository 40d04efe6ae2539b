import { jobInterval } from '@sightglass/scheduler/metrics';
import { minutes } from '../../duration.ts';
import { ALERTS } from '../../external.ts';
import { promql, where } from '../../promql.ts';
import type { Alert } from '../../rule.ts';
import { consecutiveFailures, durationObjective, freshnessObjective, isEnabled } from './last-known.ts';
import { failedInWindow, failedShare } from './runs.ts';
import { failedRatio, failedRuns, failuresInARow, stuckRatio } from './thresholds.ts';
import { accounted, lastSuccess, runAge, running } from './times.ts';

export const component = 'job';
export const panel = (title: string) => ({ uid: 'sightglass-scheduler', panel: title });

/** Jobs whose last run is longer ago than a success may be. */
const standsStill = promql`${runAge} > on (job_name) ${freshnessObjective}`;

/** Jobs that do not run, or not to a good end. */
export const criticalJobAlerts: readonly Alert[] = [
  {
    alert: 'JobGone',
    expr: promql`${standsStill} unless on (job_name) ${jobInterval}`,
    for: minutes(5),
    severity: 'critical',
    component,
    summary: 'A job has not run, and no process has it any more.',
    description:
      'Nobody exports job {{ $labels.job_name }}, whose last run ended {{ $value | humanizeDuration }} ago.',
    impact: 'What the job keeps up to date is older than promised, and will not be renewed by itself.',
    action: 'See whether the application runs; start it, or repair the way from Prometheus to its metrics.',
    runbook: 'job-stopped',
    dashboard: panel('Scheduler Status'),
  },
  {
    alert: 'JobStopped',
    expr: promql`${standsStill}
      unless on (job_name) ${where(ALERTS, { alertname: 'JobGone', alertstate: 'firing' })}`,
    for: minutes(5),
    severity: 'critical',
    component,
    summary: 'A job no longer runs.',
    description: 'The last run of job {{ $labels.job_name }} ended {{ $value | humanizeDuration }} ago.',
    impact: 'What the job keeps up to date is older than promised, and grows older.',
    action: 'See whether the scheduler still starts the job and whether a run hangs; restart it if needed.',
    runbook: 'job-stopped',
    dashboard: panel('Last Sync Time'),
  },
  {
    alert: 'JobFailing',
    expr: promql`(
        ${consecutiveFailures} >= ${failuresInARow}
        or on (job_name)
        (${failedShare} > ${failedRatio} and on (job_name) ${failedInWindow} >= ${failedRuns})
      )
      and on (job_name) ${isEnabled}
      unless on (job_name) (${lastSuccess} >= on (job_name) ${accounted})`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'critical',
    component,
    summary: 'Most runs of a job fail, the last one too.',
    description:
      'Job {{ $labels.job_name }} fails: most of its recent runs did, and none has succeeded since.',
    impact: 'What the job keeps up to date stays as it was after the last success.',
    action: 'Look up the error_type of the failures, then the error in the log line "job: failed".',
    runbook: 'job-failing',
    dashboard: panel('Error Rate Over Time'),
  },
  {
    alert: 'JobStuck',
    expr: promql`${running} > on (job_name) ${stuckRatio} * ${durationObjective}`,
    for: minutes(2),
    severity: 'critical',
    component,
    summary: 'A run of a job hangs.',
    description:
      'A run of job {{ $labels.job_name }} has been under way for {{ $value | humanizeDuration }}, many times as long as it may take.',
    impact:
      'The run holds what it holds, such as locks and connections, and the next one is skipped or meets it.',
    action: 'Find out what the run waits for; end the process if it does not come back.',
    runbook: 'jobs',
    dashboard: panel('Sync Duration'),
  },
];
