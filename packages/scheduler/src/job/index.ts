export {
  type CronJob,
  declareJob,
  type IntervalJob,
  type Job,
  type MaySkip,
  type ResultOf,
} from './declare.ts';
export { type InstrumentedJob, instrumentJob } from './instrument.ts';
export type { CronJobOptions, IntervalJobOptions, JobFacts, JobOptions } from './options.ts';
export { RUN_STATUSES, type RunStatus, runStatuses, TRIGGERS, type Trigger } from './outcomes.ts';
export { retireJob, stopJobs } from './retire.ts';
export type { Run, RunStart } from './run.ts';
