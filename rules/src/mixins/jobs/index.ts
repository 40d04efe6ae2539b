import * as scheduler from '@sightglass/scheduler/metrics';
import { jobInterval, syncSourcesConfigured } from '@sightglass/scheduler/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { jobAlerts } from './alerts.ts';
import { failureRecordings, windowRecordings } from './counts.ts';
import { jobRecordings, ownership, PER_JOB } from './recordings.ts';
import {
  jobAvailability,
  jobDuration,
  jobExperience,
  jobFreshness,
  jobReliability,
  jobSuccess,
} from './slos.ts';

export { jobAlerts } from './alerts.ts';
export * from './counts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** What tells that nothing new has come. */
const STALE = ['JobMissedRun', 'JobStale', 'JobNeverSucceeded', 'SyncDataStale'];

/** What tells that a promise of a job is being broken. */
const PROMISES = [
  'SloJobAvailabilityBurnsFast',
  'SloJobAvailabilityBurnsSlowly',
  'SloJobFreshnessBurnsFast',
  'SloJobFreshnessBurnsSlowly',
  'SloJobSuccessBroken',
];

/** Scheduled jobs. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const jobs = defineMixin({
  name: 'jobs',
  component: 'job',
  about: 'Scheduled jobs, each by its own interval and objectives: what the alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'declareJob()',
      metrics: Object.values(scheduler).filter(({ descriptor }) => descriptor.name.startsWith('job_')),
      appears: {
        job_run_started_timestamp_seconds: 'while a run is under way',
        job_last_run_timestamp_seconds: 'after the first run',
        job_last_run_duration_seconds: 'after the first run',
        job_last_success_timestamp_seconds: 'after the first success',
        job_next_run_timestamp_seconds: 'while the job is enabled',
        job_duration_objective_seconds: 'when durationObjectiveSeconds is declared',
        job_slow_runs_total: 'when durationObjectiveSeconds is declared',
        job_owner_info: 'when owner is declared',
        job_pages: 'when pages is false',
      },
      optional: ['job_owner_info', 'job_pages'],
    },
  ],
  // A sync that lacks a source is no failure of its job.
  reads: [syncSourcesConfigured],
  groups: () => [
    // What is counted reads the most samples, and moves by runs: it is evaluated less often.
    { name: 'sightglass-job-counts', interval: minutes(1), rules: windowRecordings },
    {
      name: 'sightglass-jobs',
      interval: seconds(30),
      rules: [...jobRecordings, ...failureRecordings, ...jobAlerts],
    },
  ],
  identities: [{ labels: PER_JOB, declared: jobInterval }],
  owners: { of: ['job_name'], ownership, complete: true },
  slos: [jobSuccess, jobAvailability, jobDuration, jobFreshness],
  composites: [jobReliability, jobExperience],
  // From what says most to what says least of one outage: gone, stopped or failing, the promise that burns, what is stale.
  inhibitions: [
    {
      sources: ['JobGone'],
      targets: ['JobStopped', 'JobFailing', 'JobStuck', 'JobLate', ...STALE, ...PROMISES],
      equal: ['job_name'],
    },
    { sources: ['JobStopped'], targets: [...STALE, ...PROMISES], equal: ['job_name'] },
    {
      sources: ['JobFailing'],
      targets: ['JobStale', 'JobNeverSucceeded', 'SyncDataStale', ...PROMISES],
      equal: ['job_name'],
    },
    {
      sources: ['JobStuck'],
      targets: ['JobSlow', 'JobOverlapping', ...STALE, ...PROMISES],
      equal: ['job_name'],
    },
  ],
});
