import { runStatuses } from '@sightglass/scheduler';
import { jobRuns, jobSlowRuns } from '@sightglass/scheduler/metrics';
import { promql } from '../../engine/promql/promql.ts';
import { composite } from '../../engine/slo/composite.ts';
import { slo } from '../../engine/slo/slo.ts';
import { FAILED, JUDGED } from './counts.ts';
import {
  atWork,
  dataAge,
  durationObjective,
  endsWithin,
  freshnessObjective,
  interval,
  isDisabled,
  runAge,
  successObjective,
} from './recordings.ts';

/*
 * The SLOs of every declared job, told apart by `job_name`; for the job pricing-sync they are 002-S1 to S4. What a job promises it declares
 * itself, so no job needs YAML of its own.
 */

const by = ['job_name'];

const common = {
  runbook: 'slo',
  owner: 'owner of the job',
  explainedBy: ['JobGone', 'JobStopped', 'JobStuck', 'JobFailing'],
} as const;

/** A partial run counts as bad: something that should be there is not. */
const BAD = ['partial', ...FAILED] as const;
/** Runs that took as long as their work takes. One that failed early is not quick. */
const TIMED = runStatuses.timed;

export const jobSuccess = slo({
  ...common,
  name: 'job-success',
  description: 'Of the runs of a job, 95 % succeed within any 7 days, or the share that the job declares.',
  objective: 0.95,
  objectivePerSubject: successObjective,
  windowDays: 7,
  sli: {
    kind: 'runs',
    by,
    runs: { total: jobRuns.where({ status: JUDGED }), bad: jobRuns.where({ status: BAD }) },
    interval,
    rareWindowDays: 30,
  },
  rationale:
    'A job that runs every six hours runs 28 times a week, of which 5 % are 1.4: one failure may happen, two are a broken promise. So runs are counted, each of them; an error rate of the last hour would be 100 % after each failure and gone an hour later with nothing repaired. A job with fewer than 20 runs a week is counted over 30 days, and one bad run is always allowed. A partial run counts as bad, since something that should be there is not.',
  impact: 'Results of the job are missing or incomplete more often than promised.',
  action:
    'Look up how the last runs ended and with which error; compare them with the last one that succeeded.',
  source: '002-S1',
});

export const jobAvailability = slo({
  ...common,
  name: 'job-availability',
  description:
    'For 99 % of any 30 days, a run of the job has ended within its interval and a third, and the duration that it declares.',
  objective: 0.99,
  windowDays: 30,
  sli: {
    kind: 'freshness',
    by,
    age: promql`(0 * ${atWork} or on (job_name) ${runAge})`,
    limit: endsWithin,
    limitBy: by,
    paused: isDisabled,
  },
  rationale:
    'The scheduler works when runs end, whatever their result. Time is cut into slices that are good while the last run ended recently enough, which makes many samples of few runs. The budget of 7.2 hours a month begins to burn 8 hours after the last run of a six-hourly job; the first alert comes when 2 % of it are gone, 9 minutes later, and not after the whole of it as with an alert on 8 silent hours (TR-18). The limit is the interval and a margin, since at the end of each interval the last run is just that old (TR-16); a job that declares how long its runs may take has that time besides, since a long run after a short one ends so much later, and of one that does not, a run that is under way counts as good for as long as a success may be old. A changed interval counts from its change on. While the job is disabled on purpose, no time counts.',
  impact: 'The job does not run: what it should produce gets older, and nobody is told by a failure.',
  action:
    'See whether the process runs and its scheduler starts the job; run it by hand if that takes longer.',
  source: '002-S2',
});

export const jobDuration = slo({
  ...common,
  name: 'job-duration',
  description:
    'Of the runs of a job, 95 % take no longer than the duration that it declares, within any 7 days.',
  objective: 0.95,
  windowDays: 7,
  sli: {
    kind: 'runs',
    by,
    runs: { total: jobRuns.where({ status: TIMED }), bad: jobSlowRuns },
    subjects: durationObjective,
    interval,
    rareWindowDays: 30,
  },
  rationale:
    'A p95 of at most 60 s says that 95 % of the runs are within 60 s: an objective with a budget of 5 % like any other. An average can not protect it, since one run of ten that takes 300 s leaves it at 39 s (TR-19). Each process counts the runs that took longer than it declares, so the share is exact, whatever the buckets of the histogram; a job that declares no duration is not judged. Runs that failed early are not fast, and do not count; runs that were ended by their time limit count as slow.',
  impact: 'Results come later than promised, and a run may meet the next one.',
  action: 'Find the part of the run that has become slow: a source, the database, or the amount of work.',
  source: '002-S3',
});

export const jobFreshness = slo({
  ...common,
  name: 'job-freshness',
  description:
    'For 99 % of any 30 days, the last success of the job is no older than the freshness that it declares.',
  objective: 0.99,
  windowDays: 30,
  sli: {
    kind: 'freshness',
    by,
    age: promql`${dataAge}`,
    limit: promql`${freshnessObjective}`,
    limitBy: by,
    paused: isDisabled,
  },
  rationale:
    'What users see is the age of the data, whatever the reason for it, so here only successes count. A job that is disabled on purpose promises nothing while it is, and JobDisabled says so; one whose interval has changed is judged from the change on. 002 asks for an alert as soon as the age is beyond 8 hours; a page when 2 % of the budget are gone is that with 9 minutes of patience, and the share of 99 % over 30 days gives the target the window and the budget that it lacked (TR-26).',
  impact: 'Users see data that is older than promised.',
  action:
    'See how the last runs ended; if they run and fail, repair the cause, if they do not run, start them.',
  source: '002-S4',
});

/** All four at once: the share in which a job succeeded, ran, was quick enough and left fresh data. */
export const jobReliability = composite({
  name: 'job-reliability',
  description: 'A job succeeds, runs, is quick enough and leaves fresh data: the product of the four.',
  by,
  method: 'product',
  of: [jobSuccess, jobAvailability, jobDuration, jobFreshness].map((each) => ({ slo: each, weight: 1 })),
});

/** The same four as users feel them: freshness counts most, speed least. */
export const jobExperience = composite({
  name: 'job-experience',
  description:
    'The same four weighted by what users notice: freshness 4, success 3, availability 2, duration 1.',
  by,
  method: 'mean',
  of: [
    { slo: jobFreshness, weight: 4 },
    { slo: jobSuccess, weight: 3 },
    { slo: jobAvailability, weight: 2 },
    { slo: jobDuration, weight: 1 },
  ],
});
