import * as scheduler from '@sightglass/scheduler/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { jobAlerts } from './alerts.ts';
import {
  consecutiveFailures,
  durationObjective,
  enabled,
  freshnessObjective,
  interval,
  sourcesConfigured,
} from './last-known.ts';
import { lastDuration, lateness, memory, overlap, windowRecordings } from './runs.ts';
import {
  jobAvailability,
  jobDuration,
  jobExperience,
  jobFreshness,
  jobReliability,
  jobSuccess,
  successObjective,
} from './slos.ts';
import { timeRecordings } from './times.ts';

export { jobAlerts } from './alerts.ts';
export * from './last-known.ts';
export * from './runs.ts';
export * from './thresholds.ts';
export * from './times.ts';

/** What the alerts on jobs and syncs compare, each after what it reads. */
const jobRecordings = [
  interval,
  enabled,
  freshnessObjective,
  durationObjective,
  sourcesConfigured,
  consecutiveFailures,
  ...timeRecordings,
  lastDuration,
  lateness,
  overlap,
  memory,
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
        job_owner_info: 'when owner is declared',
        job_pages: 'when pages is false',
      },
    },
  ],
  groups: () => [
    // Windows of hours and days move slowly and read the most samples, so they are evaluated less often.
    { name: 'sightglass-job-windows', interval: minutes(1), rules: windowRecordings },
    { name: 'sightglass-jobs', interval: seconds(30), rules: [...jobRecordings, ...jobAlerts] },
  ],
  slos: [jobSuccess, jobAvailability, jobDuration, jobFreshness],
  composites: [jobReliability, jobExperience],
  sloInputs: [successObjective],
  inhibitions: [
    {
      sources: ['JobGone', 'JobStopped'],
      targets: ['JobMissedRun', 'JobStale', 'JobNeverSucceeded', 'SyncDataStale'],
      equal: ['job_name'],
    },
    {
      sources: ['JobFailing'],
      targets: ['JobStale', 'JobNeverSucceeded', 'SyncDataStale'],
      equal: ['job_name'],
    },
    { sources: ['JobStuck'], targets: ['JobSlow', 'JobOverlapping'], equal: ['job_name'] },
  ],
});
