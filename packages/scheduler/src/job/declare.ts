import { DeclarationError, log } from '@sightglass/core';
import * as metrics from './metrics.ts';
import {
  type CronJobOptions,
  checkJob,
  type IntervalJobOptions,
  type JobFacts,
  type JobOptions,
} from './options.ts';
import { declaredJobs } from './registry.ts';
import { initSeries } from './series.ts';
import { Tracker } from './tracker.ts';

/** A declared job: its facts, and the switches of this process. */
export interface Job {
  readonly name: string;
  /** The cron expression; undefined for a job that a timer starts. */
  readonly schedule: string | undefined;
  /** The zone of the schedule; undefined for a job that a timer starts. */
  readonly timezone: string | undefined;
  /** The declared interval, or the longest time that the schedule leaves between two starts. */
  readonly intervalSeconds: number;
  readonly durationObjectiveSeconds: number;
  readonly freshnessObjectiveSeconds: number;
  readonly successObjectiveRatio: number;
  /** Whether the schedule starts it. */
  readonly enabled: boolean;
  /** When it should start next; in the past while a start is late, undefined while it is disabled. */
  readonly nextRun: Date | undefined;
  /** Lets the schedule start it again. */
  enable(): void;
  /** From now on starts by the schedule return at once, uncounted, and none is missed; a manual start still runs. A run that is under way goes on. */
  disable(): void;
  /** Records that a start by the schedule was left to another process, which holds the lock. In a run that has begun, call `run.skippedLocked()` instead. */
  skippedLocked(): void;
}

/** A job that a cron expression starts. */
export interface CronJob extends Job {
  readonly schedule: string;
  readonly timezone: string;
}

/** A job that a timer starts. */
export interface IntervalJob extends Job {
  readonly schedule: undefined;
  readonly timezone: undefined;
}

/**
 * Declares a job: exports its objectives, gives birth to every series at zero, and takes up the last success of a former process.
 * Throws a `DeclarationError` that lists everything wrong with the declaration, a cron expression that can't be read included.
 */
export function declareJob(options: CronJobOptions): CronJob;
export function declareJob(options: IntervalJobOptions): IntervalJob;
export function declareJob(options: JobOptions): Job {
  const checked = read(options);
  if (!('intervalSeconds' in checked)) throw new DeclarationError('The job', checked);
  const { name } = options;
  const { cron, intervalSeconds } = checked;
  const objectives = objectivesOf(options, intervalSeconds);
  const labels = { job_name: name };
  initSeries(name, options.errorTypes);
  metrics.jobInterval.set(intervalSeconds, labels);
  metrics.jobDurationObjective.set(objectives.durationObjectiveSeconds, labels);
  metrics.jobFreshnessObjective.set(objectives.freshnessObjectiveSeconds, labels);
  metrics.jobSuccessObjective.set(objectives.successObjectiveRatio, labels);
  // Declaring it again does not put off the time by which it should have succeeded.
  if (!((metrics.jobDeclared.peek(labels) ?? 0) > 0)) metrics.jobDeclared.setToNow(labels);
  metrics.jobRunning.add(0, labels);
  metrics.jobConsecutiveFailures.add(0, labels);
  const jobs = declaredJobs();
  jobs.set(name, new Tracker(options, checked, jobs.get(name)));
  void resume(name, options.lastSuccess);
  // Whichever declaration a handle came from, it works on the one that holds now.
  const tracker = () => jobs.get(name) as Tracker;
  return Object.freeze({
    name,
    schedule: options.schedule,
    timezone: cron?.timezone,
    intervalSeconds,
    ...objectives,
    get enabled() {
      return tracker().enabled;
    },
    get nextRun() {
      const { nextMs } = tracker();
      return nextMs === undefined ? undefined : new Date(nextMs);
    },
    enable: () => tracker().enable(),
    disable: () => tracker().disable(),
    skippedLocked: () => tracker().skip('skipped_lock', 'scheduled'),
  });
}

function read(options: JobOptions): ReturnType<typeof checkJob> {
  try {
    return checkJob(options);
  } catch (error) {
    throw DeclarationError.from(error, 'The job');
  }
}

function objectivesOf(options: JobFacts, intervalSeconds: number) {
  const { durationObjectiveSeconds = Math.min(60, intervalSeconds), successObjectiveRatio = 0.95 } = options;
  const { freshnessObjectiveSeconds = 2 * (intervalSeconds + durationObjectiveSeconds) } = options;
  return { durationObjectiveSeconds, freshnessObjectiveSeconds, successObjectiveRatio };
}

/** Takes up the last success from where the host keeps it; a later one of this process stands. Never rejects. */
async function resume(job_name: string, lastSuccess: JobFacts['lastSuccess']): Promise<void> {
  if (lastSuccess === undefined) return;
  try {
    const time = typeof lastSuccess === 'function' ? await lastSuccess() : lastSuccess;
    if (time === undefined || time === null) return;
    const seconds = time.getTime() / 1000;
    const known = metrics.jobLastSuccess.peek({ job_name });
    if (!(known !== undefined && known >= seconds)) metrics.jobLastSuccess.set(seconds, { job_name });
  } catch (err) {
    log().warn({ job_name, err }, 'The last success of a job could not be read from where the host keeps it');
  }
}
