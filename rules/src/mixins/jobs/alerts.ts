import { jobInterval } from '@sightglass/scheduler/metrics';
import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import {
  consecutiveFailures,
  failedInWindow,
  failedShare,
  lateness,
  meanDuration,
  overlap,
  processMemory,
  services,
} from './counts.ts';
import {
  dataAge,
  durationObjective,
  expectedDuration,
  exportedBy,
  firstSuccessAwaited,
  freshnessObjective,
  interval,
  isDisabled,
  isEnabled,
  isGone,
  isStuck,
  lastDuration,
  overdue,
  sourcesConfigured,
  standstill,
  successAge,
} from './recordings.ts';
import {
  failedRatio,
  failedRuns,
  failuresInARow,
  lateLongest,
  lateRatio,
  memoryLimit,
  overlapIntervals,
  sharedName,
  staleRatio,
  startTolerance,
  startToleranceRatio,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-scheduler', panel: title });

/** One outage is one page: what was told of a job goes on until a run has ended, whatever of its cause has ended before. */
const untilRunEnds = (alert: string) => promql`(${standstill} and on (job_name) ${firing(alert)})`;

/** Jobs that do not run, or not to a good end. */
const criticalJobAlerts: readonly AlertOptions[] = [
  {
    alert: 'JobGone',
    expr: promql`(
        ${isGone}
        or on (job_name)
        ${untilRunEnds('JobGone')}
      ) * on (job_name) group_left (job) ${exportedBy}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'A job has not run since the process that had it went away.',
    description:
      'Nobody exports job {{ $labels.job_name }}, which service {{ $labels.job }} had, or it has come back and has not run since; its last run ended {{ $value | humanizeDuration }} ago.',
    impact: 'What the job keeps up to date is older than promised, and will not be renewed by itself.',
    incident: ['job'],
    action:
      'See whether the application runs; start it, or repair the way from Prometheus to its metrics. If it runs, wait for the next run or start one by hand: that ends it. If the job was removed on purpose, say so with retireJob().',
    runbook: 'job-stopped',
    dashboard: panel('Scheduler Status'),
  },
  {
    alert: 'JobStuck',
    expr: promql`${isStuck}
      or on (job_name)
      ${untilRunEnds('JobStuck')}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A run of a job hangs.',
    description:
      'Job {{ $labels.job_name }} has not come to an end for {{ $value | humanizeDuration }}, many times as long as a run may take.',
    impact:
      'The run holds what it holds, such as locks and connections, and the next one is skipped or meets it.',
    action:
      'Find out what the run waits for; end the process if it does not come back. If that was done, wait for the next run or start one by hand.',
    runbook: 'jobs',
    dashboard: panel('Scheduler Status'),
  },
  {
    alert: 'JobStopped',
    expr: promql`${standstill}
      unless on (job_name) ${firing(['JobGone', 'JobStuck'])}`,
    for: minutes(5),
    severity: 'critical',
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
        or on (job_name)
        (${dataAge} > on (job_name) ${freshnessObjective} unless on (job_name) ${standstill})
      )
      and on (job_name) (${consecutiveFailures} > ${0})
      and on (job_name) ${isEnabled}`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'critical',
    summary: 'Runs of a job fail, the last one too.',
    description:
      'Job {{ $labels.job_name }} fails: most of its recent runs did, or its last success is older than it promises, and none has succeeded since.',
    impact: 'What the job keeps up to date stays as it was after the last success.',
    action: 'Look up the error_type of the failures, then the error in the log line "job: failed".',
    runbook: 'job-failing',
    dashboard: panel('Error Rate Over Time'),
  },
];

const otherJobAlerts: readonly AlertOptions[] = [
  {
    alert: 'JobMissedRun',
    expr: promql`${overdue}
      > on (job_name) ${expectedDuration} + on (job_name) clamp_max(${startToleranceRatio} * ${interval}, ${startTolerance})`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A job did not start when it should have.',
    description: 'Job {{ $labels.job_name }} should have started {{ $value | humanizeDuration }} ago.',
    impact: 'One run is missing; if the next one comes, it makes up for it.',
    action: 'See in the log whether the process was there at that time and what it did.',
    runbook: 'jobs',
    dashboard: panel('Last Sync Time'),
  },
  {
    alert: 'JobStale',
    expr: promql`${successAge}
      and on (job_name) ${dataAge} > on (job_name) ${staleRatio} * ${freshnessObjective}
      and on (job_name) ${isEnabled}
      unless on (job_name) (${sourcesConfigured} > ${0})`,
    for: minutes(5),
    severity: 'warning',
    summary: 'The last success of a job is long ago.',
    description: 'Job {{ $labels.job_name }} last succeeded {{ $value | humanizeDuration }} ago.',
    impact: 'What the job keeps up to date is nearly as old as it may become.',
    action: 'See whether the job runs and how its runs end.',
    runbook: 'jobs',
    dashboard: panel('Last Sync Time'),
  },
  {
    alert: 'JobNeverSucceeded',
    expr: promql`time() - ${firstSuccessAwaited} > on (job_name) ${freshnessObjective}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A job has never succeeded since it was declared.',
    description:
      'Job {{ $labels.job_name }} was declared {{ $value | humanizeDuration }} ago and has not succeeded since.',
    impact: 'What the job should provide is not there at all.',
    action: 'Read the errors of its first runs; if there was none, see whether a scheduler starts it.',
    runbook: 'jobs',
    dashboard: panel('Last Sync Time'),
  },
  {
    alert: 'JobSlow',
    expr: promql`${meanDuration} > on (job_name) ${durationObjective}
      and on (job_name) (${lastDuration} > on (job_name) ${durationObjective})`,
    for: minutes(30),
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'Runs of a job take longer than they may.',
    description:
      'Runs of job {{ $labels.job_name }} take {{ $value | humanizeDuration }} on average, the last one too long as well.',
    impact: 'None yet; if runs go on getting longer, they will meet the next ones.',
    action:
      'Find out which part of a run has become slower: its sources, its database or the process itself.',
    runbook: 'job-slow',
    dashboard: panel('Sync Duration'),
  },
  {
    alert: 'JobLate',
    expr: promql`${lateness} > on (job_name) clamp_max(${lateRatio} * ${interval}, ${lateLongest})`,
    noForReason: 'It is about the latest start, which does not become later by waiting.',
    severity: 'warning',
    summary: 'A job starts later than its schedule says.',
    description: 'The latest start of job {{ $labels.job_name }} was {{ $value | humanizeDuration }} late.',
    impact: 'Its results come late by as much, and the next start is nearer.',
    action: 'See what kept it: a blocked event loop, a queue before it, or a process that was not there.',
    runbook: 'jobs',
    dashboard: panel('Last Sync Time'),
  },
  {
    alert: 'JobOverlapping',
    expr: promql`time() - ${overlap} <= on (job_name) ${overlapIntervals} * ${interval}`,
    noForReason: 'An overlap is over by the time that it is seen again.',
    severity: 'warning',
    summary: 'Runs of a job meet.',
    description:
      'When a run of job {{ $labels.job_name }} was due, {{ $value | humanizeDuration }} ago, another was under way.',
    impact: 'A run was left out, or two worked on the same things at once.',
    action: 'See whether runs last longer than the interval, or two processes run the job without a lock.',
    runbook: 'jobs',
    dashboard: panel('Sync Duration'),
  },
  {
    alert: 'JobMemoryHigh',
    expr: promql`${processMemory} > ${memoryLimit} and on (job, instance) ${jobInterval}`,
    for: minutes(15),
    severity: 'warning',
    summary: 'A process that runs jobs uses much memory.',
    description:
      'The process {{ $labels.instance }} of service {{ $labels.job }}, which runs jobs, uses {{ $value | humanize1024 }}B of memory.',
    impact: 'It may be ended for lack of memory, in the middle of a run.',
    action:
      'See whether memory grows with each run; give the process more, or let the job hold less at once.',
    runbook: 'jobs',
    dashboard: { uid: 'sightglass-system', panel: 'Memory Usage' },
  },
  {
    alert: 'JobDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A job is disabled.',
    description: 'Job {{ $labels.job_name }} has been disabled; nobody is told when its results become old.',
    impact: 'What the job keeps up to date grows old, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'jobs',
    dashboard: panel('Scheduler Status'),
  },
];

/** Two services that are one to the rules. */
const jobNameShared: AlertOptions = {
  alert: 'JobNameShared',
  expr: promql`${services} > ${sharedName}`,
  for: minutes(30),
  severity: 'warning',
  summary: 'Two services have a job of the same name.',
  description: 'The job {{ $labels.job_name }} is declared by {{ $value | humanize }} services.',
  impact: 'They count as one job: when one of them stops or fails, the other hides it.',
  action:
    'Give one of the jobs another name, or the targets a label that tells them apart, such as namespace, and name it as a scope label.',
  runbook: 'jobs',
  dashboard: panel('Total Syncs (24h)'),
};

/** The alerts on jobs, the critical ones first. */
export const jobAlerts: readonly AlertOptions[] = [...criticalJobAlerts, ...otherJobAlerts, jobNameShared];
