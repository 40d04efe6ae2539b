import {
  jobDeclared,
  jobDurationObjective,
  jobFreshnessObjective,
  jobInterval,
  jobLastRun,
  jobLastRunDuration,
  jobLastSuccess,
  jobLifecycle,
  jobNextRun,
  jobOwner,
  jobPages,
  jobRunStarted,
  jobSuccessObjective,
  syncSourcesConfigured,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { asSeconds, larger, promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { remembered, thing } from '../../engine/remembered/index.ts';
import {
  clockTolerance,
  defaultDuration,
  keptFreshness,
  lateEndSeconds,
  lateEndShare,
  startTolerance,
  startToleranceRatio,
  stuckRatio,
} from './thresholds.ts';

/*
 * What is declared of jobs, what people said of them, and when they ran and should have.
 */

export const PER_JOB = ['job_name'] as const;

const named = (record: string): RecordedSeries => ({ record: `job_name:${record}`, labels: PER_JOB });
const INTERVAL = named('job_interval_seconds:last_known');
const FRESHNESS = named('job_freshness_objective_seconds:last_known');

/** Jobs. One that no process has is remembered for a week, or for as long as its freshness and a page need. */
export const job = thing({
  labels: PER_JOB,
  noun: 'job',
  declared: jobInterval,
  keptFor: days(7),
  keptLonger: promql`(${keptFreshness} * ${remembered(FRESHNESS)} + ${asSeconds(days(1))})`,
  retired: promql`(${jobLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance,
});

/** Jobs of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (job_name) (${jobLifecycle.where({ state })} == 1)`;

/** When the declared interval last became another: what was before is not judged by it. Evaluated before the interval itself. */
const intervalChanged = job.recording(
  'job_interval_changed_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (job_name) (${jobInterval}) != on (job_name) ${remembered(INTERVAL)}) + time()
    or on (job_name)
    ${job.known(self)}`,
);

export const interval = job.lastKnown(jobInterval);
export const freshnessObjective = job.lastKnown(jobFreshnessObjective);
/** How long a run may take; absent for a job that has not said so. */
export const durationObjective = job.stated(jobDurationObjective);
/** The share of runs that each job promises. */
export const successObjective = job.lastKnown(jobSuccessObjective);
/** How many sources a job that is a sync fetches from; the age of what they gave is told of by source. */
export const sourcesConfigured = job.stated(syncSourcesConfigured);

/** How long a run may take, also of a job that has not said so: what `declareJob` assumes. Nobody is paged by it. */
export const expectedDuration = promql`(${durationObjective} or on (job_name) clamp_max(${interval}, ${defaultDuration}))`;

const withinInterval = promql`(${interval} + clamp_min(${lateEndShare} * ${interval}, ${lateEndSeconds}))`;

/** How long after the one before a run has ended: the interval, some of it besides, and the time that a run may take where the job says it. */
export const endsWithin = promql`(
        ${withinInterval} + on (job_name) ${durationObjective}
        or on (job_name)
        ${withinInterval}
      )`;

/**
 * Whether a job is meant to run, 1 or 0, by what was last said. A process that stands by or stops says nothing of that: who waits to be elected
 * does not know, and a process that ends is no wish of a person.
 */
export const enabled = job.recording(
  'job_enabled:last_known',
  (self) => promql`${inState('enabled')}
    or on (job_name)
    0 * ${inState('disabled')}
    or on (job_name)
    ${job.known(self)}
    or on (job_name)
    0 * ${job.seen} + 1`,
);

/** Jobs that are meant to run. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Jobs that have been disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

const owner = job.stated(jobOwner, ['owner']);
const doesNotPage = job.stated(jobPages);

/** The owner of each job, and `pages="false"` on one that must not page: one series of value 1 for each job. */
export const ownership: Recording = {
  record: 'job_name_owner_pages:job_ownership:info',
  labels: ['job_name', 'owner', 'pages'],
  expr: promql`label_replace(
      topk by (job_name) (1, ${owner} or on (job_name) 0 * ${job.seen} + 1) and on (job_name) ${doesNotPage},
      "pages", "false", "", ""
    )
    or on (job_name)
    topk by (job_name) (1, ${owner} or on (job_name) 0 * ${job.seen} + 1)`,
};

/** Which service, by the `job` label of its targets, exported each job last. */
const exporters = job.stated(jobInterval, ['job']);
export const exportedBy: Recording = {
  record: 'job_name_job:job_exporter:info',
  labels: ['job_name', 'job'],
  expr: promql`topk by (job_name) (1, 0 * ${exporters} + 1)`,
};

/**
 * The time at which each job was last looked at: that of the oldest sample of its replicas, so that no age is judged finer than the scrapes that
 * show it; now, when no process has it.
 */
export const view: Recording = {
  ...named('job_view_timestamp_seconds:min'),
  expr: promql`min by (job_name) (timestamp(${jobInterval}))
    or on (job_name)
    0 * ${job.seen} + time()`,
};

/** When a run last ended, whatever became of it. */
export const lastRun = job.newest(jobLastRun);
export const lastSuccess = job.newest(jobLastSuccess);
export const lastDuration = job.ofLatest(jobLastRunDuration, jobLastRun, lastRun);

/** Until when a job is accounted for: its last run ended, its interval changed, it was disabled, or it was declared for the first time. */
export const accounted = job.recording(
  'job_accounted_timestamp_seconds:last_known',
  (self) => promql`${isDisabled} + time()
    or on (job_name)
    ${larger(PER_JOB, promql`(${larger(PER_JOB, lastRun, intervalChanged)})`, job.known(self))}
    or on (job_name)
    min by (job_name) (${jobDeclared})`,
);

/** Since when a job that has not succeeded yet is waited for: it was declared for the first time, or disabled until then. */
export const firstSuccessAwaited = job.recording(
  'job_first_success_awaited_timestamp_seconds:last_known',
  (self) => promql`0 * (${isDisabled} or ${lastSuccess}) + time()
    or on (job_name)
    ${job.known(self)}
    or on (job_name)
    min by (job_name) (${jobDeclared})`,
);

/** How long ago a run ended at all. 0 while the job is disabled. */
export const runAge: Recording = {
  ...named('job_run_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (job_name) ${accounted}, 0)`,
};

/** How long ago a run succeeded; absent until one does. */
export const successAge: Recording = {
  ...named('job_success_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (job_name) ${lastSuccess}, 0)`,
};

/** How old the data of a job is: since its last success, or since the first one has been waited for. */
export const dataAge = promql`(${successAge} or on (job_name) ${view} - on (job_name) ${firstSuccessAwaited})`;

/** Jobs that have not said how long a run may take, with one under way: it may take as long as a success may be old. */
export const atWork = promql`(${runAge} <= on (job_name) ${freshnessObjective} and on (job_name) ${jobRunStarted} unless on (job_name) ${durationObjective})`;

/** How long ago a run ended, of jobs of which it is longer ago than two runs lie apart, or than a success may. */
export const standstill: Recording = {
  ...named('job_standstill_seconds:last_known'),
  expr: promql`(${runAge} > on (job_name) ${endsWithin} unless on (job_name) ${atWork})
    or on (job_name)
    ${runAge} > on (job_name) ${freshnessObjective}`,
};

/**
 * The time of the schedule that counts: one that has come and has had no run yet, however many have come since; else the next one. It is kept
 * while no process says it. A process whose runs happen elsewhere still names the time that it was waiting for, which is over.
 */
export const due = job.recording(
  'job_due_timestamp_seconds:last_known',
  (
    self,
  ) => promql`(${job.known(self)} <= time() > on (job_name) ${accounted} + clamp_max(${startToleranceRatio} * ${interval}, ${startTolerance}))
    or on (job_name)
    (max by (job_name) (${jobNextRun}) > on (job_name) ${accounted})
    or on (job_name)
    ${job.known(self)}`,
);

/** How long a run has been waited for that should have begun; negative before its time, absent while a run is under way. */
export const overdue: Recording = {
  ...named('job_overdue_seconds:last_known'),
  expr: promql`${view} - on (job_name) (${due} > on (job_name) ${accounted})
    unless on (job_name) ${jobRunStarted}`,
};

/** How long the oldest run that is under way has taken, when it was last looked at. */
export const running: Recording = {
  ...named('job_running_seconds:max'),
  expr: promql`max by (job_name) (timestamp(${jobRunStarted}) - ${jobRunStarted})`,
};

/** Jobs that stand still, and that no process has. */
export const isGone = promql`(${standstill} and on (job_name) ${job.gone})`;

/** Jobs of which a run has been under way for far longer than it may. */
export const isStuck = promql`(${running} > on (job_name) ${stuckRatio} * ${durationObjective})`;

/** In the order in which they read each other. */
export const jobRecordings: readonly Recording[] = [
  ...job.register,
  intervalChanged,
  interval,
  freshnessObjective,
  durationObjective,
  successObjective,
  sourcesConfigured,
  enabled,
  owner,
  doesNotPage,
  ownership,
  exporters,
  exportedBy,
  view,
  lastRun,
  lastSuccess,
  lastDuration,
  accounted,
  firstSuccessAwaited,
  runAge,
  successAge,
  standstill,
  due,
  overdue,
  running,
];
