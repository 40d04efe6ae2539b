import {
  checkStarts,
  LINE_LEVELS,
  type LineLevel,
  longNames,
  type Starts,
  unknownNames,
} from '@sightglass/core/authors';

/** What every job is declared with, whatever starts it. */
export interface JobFacts {
  /** The label `job_name`. Declaring a name again replaces the former declaration. */
  readonly name: string;
  /** Who answers for the job, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for this job, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
  /** How long 95 % of the runs may take, in seconds. Default: nothing is promised, so no alert and no SLO judges how long the runs take. */
  readonly durationObjectiveSeconds?: number | undefined;
  /**
   * How old the last success may become, in seconds. Default: twice the interval and the duration of a run together, which forgives one run
   * (Prometheus, "Alerting", on batch jobs: enough time for two full runs; every 4 hours and an hour long makes 10 hours).
   * A run is taken to last as long as `durationObjectiveSeconds` says, else 60 s (reference system 002) or the interval where that is shorter.
   */
  readonly freshnessObjectiveSeconds?: number;
  /** The share of runs that should succeed, 0 to 1. Default 0.95 (002). */
  readonly successObjectiveRatio?: number;
  /** Time limit of a run in seconds, its retries included. The run's signal is aborted and the run ends as `timeout`. Default: none. */
  readonly timeoutSeconds?: number | undefined;
  /**
   * What happens to a start while a run is under way in this process: `skip` does not run it and counts it as `skipped_overlap`. Default `allow`, as the
   * schedulers do.
   */
  readonly overlap?: 'allow' | 'skip';
  /** Attempts that a failed run makes after its first, after 1 s, 2 s, 4 s and so on, at most 30 s. Default 0: a scheduler's own retries are left to it. */
  readonly retries?: number;
  /** False: the job is disabled from the start, as by `disable()`, until `enable()`. A replica that waits to be elected calls `standBy()` instead. Default true. */
  readonly enabled?: boolean;
  /**
   * When the job last succeeded before this process began, from where the host keeps it, so that a restart hides no stale result.
   * A hook that fails is logged, and the job is taken for one that has not succeeded yet.
   */
  readonly lastSuccess?: Date | undefined | (() => Date | undefined | Promise<Date | undefined>);
  /**
   * The level from which the lines of this job are written, its runs and those of its sources: a success is `info`, a missed start `warn`, a failure `error`. `warn` keeps a job that runs
   * every second from filling the log; what is counted stays the same. No job is louder than the logger. Default: every line.
   */
  readonly logLevel?: LineLevel | undefined;
  /** Names a failure for the label `error_type`, from a small set. Default: `timeout` or `process_error`. */
  readonly classify?: (error: unknown) => string;
  /** The kinds that `classify` can return, each of them born at zero. Default: `timeout` and `process_error`. */
  readonly errorTypes?: readonly string[];
}

/** A job that a cron expression starts. */
export interface CronJobOptions extends JobFacts {
  /**
   * When it starts: a cron expression of 5 fields, 6 with seconds first or 7 with the year last, a nickname such as `@daily`, or one moment in ISO form. What the schedulers take can be
   * declared, and the adapter that the job is given to says how its scheduler reads it; the scheduler itself may take less.
   */
  readonly schedule: string;
  /** The zone that the expression is read in, such as `Europe/Berlin`. Default: that of the process, as the schedulers do (pg-boss: `UTC`). */
  readonly timezone?: string;
  readonly intervalSeconds?: undefined;
}

/** A job that a timer starts. */
export interface IntervalJobOptions extends JobFacts {
  /** Time between two starts, in seconds. */
  readonly intervalSeconds: number;
  readonly schedule?: undefined;
  readonly timezone?: undefined;
}

export type JobOptions = CronJobOptions | IntervalJobOptions;

type JobOption = keyof CronJobOptions | keyof IntervalJobOptions;

/** Every option that a job has; the compiler holds that none is missing. */
export const JOB_OPTIONS = Object.keys({
  name: true,
  schedule: true,
  timezone: true,
  intervalSeconds: true,
  owner: true,
  pages: true,
  durationObjectiveSeconds: true,
  freshnessObjectiveSeconds: true,
  successObjectiveRatio: true,
  timeoutSeconds: true,
  overlap: true,
  retries: true,
  enabled: true,
  lastSuccess: true,
  logLevel: true,
  classify: true,
  errorTypes: true,
} satisfies { readonly [name in JobOption]: true });

/** A declaration that was found sound. */
export type CheckedJob = Starts;

/** Reads a declaration: what it says of time, or everything that is wrong with it in plain sentences. `known` are the options that it may have, `said` is the object of the host, with whatever else. */
export function checkJob(
  options: JobOptions,
  known: readonly string[],
  said: object,
): CheckedJob | readonly string[] {
  if (typeof options !== 'object' || options === null)
    return ['it needs an object with name and schedule or intervalSeconds'];
  const problems: string[] = [];
  const { name } = options;
  if (typeof name !== 'string' || name === '') problems.push('name must be a non-empty string');
  const starts = checkStarts(options, problems);
  problems.push(
    ...numberProblems(options),
    ...choiceProblems(options),
    ...longNames(options, ['name', 'owner', 'errorTypes', 'sources']),
    ...unknownNames(said, known),
  );
  return problems.length > 0 ? problems : starts;
}

const POSITIVE = ['durationObjectiveSeconds', 'freshnessObjectiveSeconds', 'timeoutSeconds'] as const;

function numberProblems(options: JobOptions): string[] {
  const problems: string[] = [];
  for (const name of POSITIVE) {
    const value: unknown = options[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      problems.push(`${name} must be a number above 0`);
  }
  const { successObjectiveRatio: ratio, retries } = options as object as { [name: string]: unknown };
  if (ratio !== undefined && !(typeof ratio === 'number' && ratio > 0 && ratio < 1))
    problems.push('successObjectiveRatio must be between 0 and 1, both excluded');
  if (retries !== undefined && !(Number.isInteger(retries) && (retries as number) >= 0))
    problems.push('retries must be a whole number from 0');
  return problems;
}

function choiceProblems(options: JobOptions): string[] {
  const problems: string[] = [];
  const { overlap, enabled, owner, pages, lastSuccess, logLevel, classify, errorTypes } =
    options as object as {
      [name: string]: unknown;
    };
  if (overlap !== undefined && overlap !== 'allow' && overlap !== 'skip')
    problems.push("overlap must be 'allow' or 'skip'");
  if (enabled !== undefined && typeof enabled !== 'boolean') problems.push('enabled must be true or false');
  if (pages !== undefined && typeof pages !== 'boolean') problems.push('pages must be true or false');
  if (owner !== undefined && (typeof owner !== 'string' || owner === ''))
    problems.push('owner must be a non-empty string');
  const isTime = lastSuccess instanceof Date && Number.isFinite(lastSuccess.getTime());
  if (lastSuccess !== undefined && typeof lastSuccess !== 'function' && !isTime)
    problems.push('lastSuccess must be a Date or a function that gives one');
  if (logLevel !== undefined && !LINE_LEVELS.includes(logLevel as LineLevel))
    problems.push(`logLevel must be one of ${LINE_LEVELS.join(', ')}`);
  if (classify !== undefined && typeof classify !== 'function') problems.push('classify must be a function');
  const areNames =
    Array.isArray(errorTypes) && errorTypes.every((kind) => typeof kind === 'string' && kind !== '');
  if (errorTypes !== undefined && !areNames)
    problems.push('errorTypes must list the kinds as non-empty strings');
  return problems;
}
