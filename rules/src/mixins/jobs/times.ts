import {
  jobDeclared,
  jobLastRun,
  jobLastSuccess,
  jobNextRun,
  jobRunStarted,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { before, interval, isDisabled, PER_JOB, past } from './last-known.ts';
import { startTolerance, startToleranceRatio } from './thresholds.ts';

/*
 * When a job last ran and when it should have. Times only grow: a replica that takes over knows less than the one that died, and must not make
 * the job look older than it is.
 */

const perJob = (record: string): RecordedSeries => ({ record: `job_name:${record}`, labels: PER_JOB });
const ACCOUNTED = perJob('job_accounted_timestamp_seconds:last_known');
const SUCCESS = perJob('job_last_success_timestamp_seconds:last_known');
const AWAITED = perJob('job_first_success_awaited_timestamp_seconds:last_known');
const DUE = perJob('job_due_timestamp_seconds:last_known');

/** Until when a job is accounted for: its last run ended, it was disabled, or it was declared for the first time. */
export const accounted: Recording = {
  ...ACCOUNTED,
  expr: promql`${isDisabled} + time()
    or on (job_name)
    max by (job_name) (${past(jobLastRun)} or ${before(ACCOUNTED)})
    or on (job_name)
    min by (job_name) (${jobDeclared})`,
};

export const lastSuccess: Recording = {
  ...SUCCESS,
  expr: promql`max by (job_name) (${past(jobLastSuccess)} or ${before(SUCCESS)})`,
};

/** Since when a job that has not succeeded yet is waited for: it was declared for the first time, or disabled until then. */
export const firstSuccessAwaited: Recording = {
  ...AWAITED,
  expr: promql`0 * (${isDisabled} or ${lastSuccess}) + time()
    or on (job_name)
    ${before(AWAITED)}
    or on (job_name)
    min by (job_name) (${jobDeclared})`,
};

/** How long ago a run ended at all. 0 while the job is disabled. */
export const runAge: Recording = {
  ...perJob('job_run_age_seconds:last_known'),
  expr: promql`time() - ${accounted}`,
};

/** How long ago a run succeeded; absent until one does. */
export const successAge: Recording = {
  ...perJob('job_success_age_seconds:last_known'),
  expr: promql`time() - ${lastSuccess}`,
};

/**
 * The time of the schedule that counts: one that has come and has had no run yet, however many have come since; else the next one. It is kept
 * while no process says it. A process whose runs happen elsewhere still names the time that it was waiting for, which is over.
 */
export const due: Recording = {
  ...DUE,
  expr: promql`(${DUE} <= time() > on (job_name) ${accounted} + clamp_max(${startToleranceRatio} * ${interval}, ${startTolerance}))
    or on (job_name)
    (max by (job_name) (${jobNextRun}) > on (job_name) ${accounted})
    or on (job_name)
    ${before(DUE)}`,
};

/** How long a run has been waited for that should have begun; negative before its time, absent while a run is under way. */
export const overdue: Recording = {
  ...perJob('job_overdue_seconds:last_known'),
  expr: promql`time() - (${due} > on (job_name) ${accounted})
    unless on (job_name) ${jobRunStarted}`,
};

/** How long the oldest run that is under way has taken. */
export const running: Recording = {
  ...perJob('job_running_seconds:max'),
  expr: promql`time() - min by (job_name) (${jobRunStarted})`,
};

/** In the order in which they read each other. */
export const timeRecordings: readonly Recording[] = [
  accounted,
  lastSuccess,
  firstSuccessAwaited,
  runAge,
  successAge,
  due,
  overdue,
  running,
];
