import { DeclarationError, type LifecycleState } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { objectivesOf, showObjectives } from './objectives.ts';
import {
  type CronJobOptions,
  checkJob,
  type IntervalJobOptions,
  JOB_OPTIONS,
  type JobFacts,
  type JobOptions,
} from './options.ts';
import { declaredJobs, logOf } from './registry.ts';
import { isRetired, retireJob } from './retire.ts';
import { initSeries } from './series.ts';
import { Tracker } from './tracker.ts';

/** A declared job: its facts, and the switches of this process. */
export interface Job {
  readonly name: string;
  /** The cron expression; undefined for a job that a timer starts. */
  readonly schedule: string | undefined;
  /** The zone of the schedule; undefined for a job that a timer starts. */
  readonly timezone: string | undefined;
  /** The declared interval, or the longest time that the schedule leaves between two starts, as the scheduler reads it that the job was given to. */
  readonly intervalSeconds: number;
  /** How long 95 % of the runs may take; undefined where the declaration does not say. */
  readonly durationObjectiveSeconds: number | undefined;
  readonly freshnessObjectiveSeconds: number;
  readonly successObjectiveRatio: number;
  /** Whether it is meant to run, and who says otherwise. */
  readonly state: LifecycleState;
  /** Whether the schedule starts it here: in the state `enabled` alone. */
  readonly enabled: boolean;
  /** When it should start next; in the past while a start is late, undefined unless it is enabled. */
  readonly nextRun: Date | undefined;
  /** Lets the schedule start it again: a person switched it on, or this replica was elected. It ends `disable()`, `standBy()` and `stop()`, and nothing for a retired job. */
  enable(): void;
  /**
   * A person switches it off: the alerts wait for it no more, until `enable()`. From now on starts by the schedule return at once, uncounted, and none is missed; a manual start
   * still runs. A run that is under way goes on.
   */
  disable(): void;
  /**
   * This replica waits to be elected, and another one runs the job: as `disable()`, but the alerts go on waiting for the job, and tell when no replica has it enabled.
   * Call `enable()` when it is elected. A job that was disabled or is stopping stays so.
   */
  standBy(): void;
  /**
   * This process ends, and starts no more runs: for the handler of SIGTERM. It says nothing of the job itself, so the alerts go on waiting for it; a job that was disabled stays so.
   * `stopJobs()` says it of all jobs.
   */
  stop(): void;
  /**
   * A person says that the job is gone for good: it exports `job_lifecycle_state{state="retired"}` and nothing else, no start of it runs any more, and a run that is under way is not
   * recorded. Declaring the name again begins anew. For a job that the code no longer declares there is `retireJob(name)`.
   */
  retire(): void;
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

/** A job whose declaration says what becomes of a start while a run is under way: it may be skipped. */
export interface MaySkip {
  readonly overlap: 'allow' | 'skip';
}

/** What a run of a job gives back to its scheduler: the work's result, or undefined where the declaration can skip the run. */
export type ResultOf<J, R> = J extends MaySkip ? R | undefined : R;

interface NeverSkips {
  readonly overlap?: 'allow';
}

/**
 * Declares a job: exports its objectives, creates at zero the series of what can happen to it, and takes up the last success of a former process.
 * It costs at most 60 series, a line of the exposition each; what it never does costs none.
 * Throws a `DeclarationError` that lists everything wrong with the declaration, a cron expression that can't be read included.
 */
export function declareJob(options: CronJobOptions & NeverSkips): CronJob;
export function declareJob(options: CronJobOptions): CronJob & MaySkip;
export function declareJob(options: IntervalJobOptions & NeverSkips): IntervalJob;
export function declareJob(options: IntervalJobOptions): IntervalJob & MaySkip;
export function declareJob(options: JobOptions): Job {
  return declareWith(options, JOB_OPTIONS);
}

/** As `declareJob`, for what is a job and more: `known` are all the options that it may have. */
export function declareWith(said: JobOptions, known: readonly string[]): Job {
  const { options, checked } = read(said, known);
  if (!('intervalSeconds' in checked)) throw new DeclarationError(subjectOf('The job', said), checked);
  const { name } = options;
  const { cron, intervalSeconds } = checked;
  const labels = { job_name: name };
  if (isRetired(name)) metrics.jobLifecycle.set(0, { ...labels, state: 'retired' });
  initSeries(options);
  showObjectives(options, intervalSeconds);
  stateChoices(options);
  // Declaring it again does not put off the time by which it should have succeeded.
  if (!((metrics.jobDeclared.peek(labels) ?? 0) > 0)) metrics.jobDeclared.setToNow(labels);
  metrics.jobRunning.add(0, labels);
  metrics.jobConsecutiveFailures.add(0, labels);
  const jobs = declaredJobs();
  jobs.set(name, new Tracker(options, checked, jobs.get(name)));
  void resume(name, options.lastSuccess);
  // Whichever declaration a handle came from, it works on the one that holds now.
  const tracker = () => jobs.get(name) as Tracker;
  const objectives = () => objectivesOf(tracker().options, tracker().intervalSeconds);
  return Object.freeze({
    name,
    schedule: options.schedule,
    timezone: cron?.timezone,
    get intervalSeconds() {
      return tracker().intervalSeconds;
    },
    get durationObjectiveSeconds() {
      return objectives().durationObjectiveSeconds;
    },
    get freshnessObjectiveSeconds() {
      return objectives().freshnessObjectiveSeconds;
    },
    get successObjectiveRatio() {
      return objectives().successObjectiveRatio;
    },
    ...(options.overlap === undefined ? {} : { overlap: options.overlap }),
    get state() {
      return tracker().state;
    },
    get enabled() {
      return tracker().enabled;
    },
    get nextRun() {
      const { nextMs } = tracker();
      return nextMs === undefined ? undefined : new Date(nextMs);
    },
    enable: () => tracker().enable(),
    disable: () => tracker().disable(),
    standBy: () => tracker().standBy(),
    stop: () => tracker().stop(),
    retire: () => retireJob(name),
    skippedLocked: () => tracker().skip('skipped_lock', 'scheduled'),
  });
}

function read(said: JobOptions, known: readonly string[]) {
  try {
    const options = givenOptions(said, known);
    return { options, checked: checkJob(options, known, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The job', said));
  }
}

/** Exports what the declaration may leave open, and takes back what a former one said of it. */
function stateChoices({ name: job_name, durationObjectiveSeconds, owner, pages }: JobFacts): void {
  const labels = { job_name };
  if (durationObjectiveSeconds === undefined) metrics.jobDurationObjective.remove(labels);
  else {
    metrics.jobDurationObjective.set(durationObjectiveSeconds, labels);
    metrics.jobSlowRuns.init(labels);
  }
  metrics.jobOwner.removeAll(labels);
  if (owner !== undefined) metrics.jobOwner.set({ ...labels, owner });
  if (pages === false) metrics.jobPages.set(0, labels);
  else metrics.jobPages.remove(labels);
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
    logOf(job_name).warn(
      { job_name, err },
      'The last success of a job could not be read from where the host keeps it',
    );
  }
}
