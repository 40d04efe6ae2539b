import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { ENDED, RUN_STATUSES, TRIGGERS } from './outcomes.ts';

/** What a job is: work that starts on a clock, or by hand, and ends one way or another. */

/** As many jobs as a metric with the job's name alone keeps by default. */
const MAX_JOBS = 2_000;

export const jobRuns = counter('job_runs_total', {
  help: 'Runs of the job by what started them and how they ended; skipped and missed ones never began.',
  labels: { job_name: String, trigger: TRIGGERS, status: RUN_STATUSES },
  unit: '{run}',
  maxSeries: MAX_JOBS * TRIGGERS.length * RUN_STATUSES.length,
});

/**
 * From a twentieth of a second to six hours, each bound about twice the one before: jobs are seconds or hours, and one family serves them all. The duration that a job promises
 * is one more bound of its own series, wherever it lies.
 */
export const jobRunDuration = histogram('job_run_duration_seconds', {
  help: 'How long runs of the job took, from their start to their end.',
  labels: { job_name: String, status: ENDED },
  buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600],
  maxSeries: MAX_JOBS * ENDED.length,
});

export const jobSlowRuns = counter('job_slow_runs_total', {
  help: 'Runs that took longer than the declaration says 95 % of them may, or that their time limit ended; those that failed, were cancelled or handed back do not count. Absent where the declaration does not say.',
  labels: ['job_name'],
  unit: '{run}',
});

export const jobStartLateness = histogram('job_start_lateness_seconds', {
  help: 'How long after its scheduled time a run began.',
  labels: ['job_name'],
  buckets: [1, 5, 60, 300, 3_600],
});

export const jobRunning = gauge('job_running', {
  help: 'Runs of the job that are under way in this process.',
  labels: ['job_name'],
  unit: '{run}',
});

export const jobRunStarted = gauge('job_run_started_timestamp_seconds', {
  help: 'When the oldest run that is under way began, in Unix seconds; absent while none is.',
  labels: ['job_name'],
  merge: 'min',
});

export const jobLastRun = gauge('job_last_run_timestamp_seconds', {
  help: 'When the last run ended, whatever its status, in Unix seconds.',
  labels: ['job_name'],
});

export const jobLastRunDuration = gauge('job_last_run_duration_seconds', {
  help: 'How long the last run took.',
  labels: ['job_name'],
  merge: { newestBy: jobLastRun },
});

export const jobLastSuccess = gauge('job_last_success_timestamp_seconds', {
  help: 'When the job last ended in success, in Unix seconds; reloaded at the start where the host keeps it.',
  labels: ['job_name'],
});

export const jobNextRun = gauge('job_next_run_timestamp_seconds', {
  help: 'When the job should start next by its schedule, in Unix seconds; absent unless the job is enabled.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobDeclared = gauge('job_declared_timestamp_seconds', {
  help: 'When the job was declared in this process, in Unix seconds: since when a first success may be waited for.',
  labels: ['job_name'],
  merge: 'min',
});

export const jobConsecutiveFailures = gauge('job_consecutive_failures', {
  help: 'Runs in a row that ended in failed or timeout; 0 after one that ended in success or partial. One that was cancelled or handed back changes nothing.',
  labels: ['job_name'],
  unit: '{run}',
  merge: { newestBy: jobLastRun },
});

export const jobErrors = counter('job_errors_total', {
  help: 'Runs of the job that failed or timed out, by kind of error.',
  labels: ['job_name', 'error_type'],
  unit: '{error}',
});

export const jobRetries = counter('job_retries_total', {
  help: 'Attempts after the first within runs of the job.',
  labels: ['job_name'],
  unit: '{attempt}',
});

export const jobEnabled = gauge('job_enabled', {
  help: 'Whether the schedule starts the job in this process (1) or not (0); job_lifecycle_state says why not.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobLifecycle = gauge('job_lifecycle_state', {
  help: 'Whether the job is meant to run: 1 for the present state, 0 for one that it had before. A person disables or retires it, a replica stands by until it is elected, a process that ends is stopping.',
  labels: { job_name: String, state: LIFECYCLE_STATES },
  maxSeries: MAX_JOBS * LIFECYCLE_STATES.length,
  merge: 'max',
});

export const jobOwner = info('job_owner_info', {
  help: 'Who answers for the job; absent where its declaration names nobody.',
  labels: ['job_name', 'owner'],
});

export const jobPages = gauge('job_pages', {
  help: 'Is 0 where the declaration says that the job wakes nobody, whatever happens to it; absent where it may.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobInterval = gauge('job_interval_seconds', {
  help: 'The declared time between two starts: the longest gap that the schedule leaves.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobDurationObjective = gauge('job_duration_objective_seconds', {
  help: 'How long 95 % of the runs may take; absent where the declaration does not say.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobFreshnessObjective = gauge('job_freshness_objective_seconds', {
  help: 'How old the last success may become.',
  labels: ['job_name'],
  merge: 'max',
});

export const jobSuccessObjective = gauge('job_success_objective_ratio', {
  help: 'The share of runs that should succeed, from 0 to 1.',
  labels: ['job_name'],
  merge: 'max',
});
