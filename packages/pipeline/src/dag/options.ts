import {
  checkStarts,
  LINE_LEVELS,
  type LineLevel,
  longNames,
  type Starts,
  unknownNames,
} from '@sightglass/core/authors';
import { type ComparedRuns, comparedProblems } from '../statistics/compared.ts';
import type { TaskOptions } from './task-options.ts';
import { taskProblems } from './task-options.ts';

/** What every DAG is declared with, whatever starts it. */
export interface DagFacts<T extends string> {
  /** The label `dag_id`. Declaring a DAG again replaces the former declaration. */
  readonly id: string;
  /** The tasks by their ids, each of them born at zero and typed, and what each runs after. */
  readonly tasks: { readonly [K in T]: TaskOptions<NoInfer<T>> };
  /**
   * The SLA: how long after the time that it was scheduled for a run must have succeeded, in seconds; of a run that was started by hand, after its start. Reference system 000 has two hours.
   * Default: nothing is promised, and no alert and no SLO judges how long runs take.
   */
  readonly slaSeconds?: number | undefined;
  /** Who answers for the DAG, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** Compares how long each good run took with those before it (`AnomalyDuration`), by default or by these options of `declareStatistic`. Default: no run is compared. */
  readonly anomalies?: ComparedRuns;
  /** False: nobody is woken for this DAG, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
  /** How old the last success may become, in seconds. Default: twice the interval and the SLA together, which forgives one run; without an SLA a run is taken to last a minute. */
  readonly freshnessObjectiveSeconds?: number;
  /** The share of runs that should succeed, 0 to 1. Default 0.95. */
  readonly successObjectiveRatio?: number;
  /** Time limit of a run in seconds. The run's signal is aborted and the run ends as `timeout`. Default: none. */
  readonly timeoutSeconds?: number | undefined;
  /** Tasks that run at once within a run, where the package runs them (`run.tasks`). Default: as many as may. */
  readonly concurrency?: number;
  /** What happens to a start while a run is under way in this process: `skip` does not run it and counts it as `skipped_overlap`. Default `allow`. */
  readonly overlap?: 'allow' | 'skip';
  /** False: the DAG is disabled from the start, as by `disable()`, until `enable()`. Default true. */
  readonly enabled?: boolean;
  /** Where the starts come from: with `elsewhere`, starts that do not come are not counted here, since a process can't know whose turn it is. Default `here`. */
  readonly scheduler?: 'here' | 'elsewhere';
  /** When the DAG last succeeded before this process began, from where the host keeps it, so that a restart hides no stale result. */
  readonly lastSuccess?: Date | undefined | (() => Date | undefined | Promise<Date | undefined>);
  /** The level from which the lines of this DAG are written. Default: every line. */
  readonly logLevel?: LineLevel | undefined;
  /** Names a failure for the label `error_type`, from a small set. Default: `timeout` or `process_error`. */
  readonly classify?: (error: unknown) => string;
  /** The kinds that `classify` can return, each of them born at zero. Default: `timeout` and `process_error`. */
  readonly errorTypes?: readonly string[];
}

/** A DAG that a cron expression starts. */
export interface CronDagOptions<T extends string> extends DagFacts<T> {
  /** When it starts: a cron expression of 5 fields, 6 with seconds first, or a nickname such as `@daily`. */
  readonly schedule: string;
  /** The zone that the expression is read in, such as `Europe/Berlin`. Default: that of the process. */
  readonly timezone?: string;
  readonly intervalSeconds?: undefined;
}

/** A DAG that a timer starts. */
export interface IntervalDagOptions<T extends string> extends DagFacts<T> {
  /** Time between two starts, in seconds. */
  readonly intervalSeconds: number;
  readonly schedule?: undefined;
  readonly timezone?: undefined;
}

export type DagOptions<T extends string> = CronDagOptions<T> | IntervalDagOptions<T>;

type DagOption = keyof CronDagOptions<string> | keyof IntervalDagOptions<string>;

/** Every option that a DAG has; the compiler holds that none is missing. */
export const DAG_OPTIONS = Object.keys({
  id: true,
  schedule: true,
  timezone: true,
  intervalSeconds: true,
  tasks: true,
  slaSeconds: true,
  owner: true,
  anomalies: true,
  pages: true,
  freshnessObjectiveSeconds: true,
  successObjectiveRatio: true,
  timeoutSeconds: true,
  concurrency: true,
  overlap: true,
  enabled: true,
  scheduler: true,
  lastSuccess: true,
  logLevel: true,
  classify: true,
  errorTypes: true,
} satisfies { readonly [name in DagOption]: true });

/** Reads a declaration: when it starts, or everything that is wrong with it in plain sentences. `said` is the object of the host, with whatever else. */
export function checkDag(options: DagOptions<string>, said: object): Starts | readonly string[] {
  if (typeof options !== 'object' || options === null)
    return ['it needs an object with id, tasks, and schedule or intervalSeconds'];
  const problems: string[] = [];
  if (typeof options.id !== 'string' || options.id === '') problems.push('id must be a non-empty string');
  const starts = checkStarts(options, problems);
  problems.push(
    ...taskProblems(options.tasks),
    ...numberProblems(options as object as Given),
    ...choiceProblems(options as object as Given),
    ...longNames(options, ['id', 'tasks', 'owner', 'errorTypes']),
    ...unknownNames(said, DAG_OPTIONS),
  );
  return problems.length > 0 ? problems : starts;
}

interface Given {
  readonly [name: string]: unknown;
}

const POSITIVE = ['slaSeconds', 'freshnessObjectiveSeconds', 'timeoutSeconds'] as const;

function numberProblems(options: Given): string[] {
  const problems: string[] = [];
  for (const name of POSITIVE) {
    const value = options[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      problems.push(`${name} must be a number above 0`);
  }
  const { successObjectiveRatio: ratio, concurrency } = options;
  if (ratio !== undefined && !(typeof ratio === 'number' && ratio > 0 && ratio < 1))
    problems.push('successObjectiveRatio must be between 0 and 1, both excluded');
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && (concurrency as number) >= 1))
    problems.push('concurrency must be a whole number from 1');
  return problems;
}

function choiceProblems(options: Given): string[] {
  const { overlap, enabled, owner, pages, scheduler, lastSuccess, logLevel, classify, errorTypes } = options;
  const problems: string[] = [];
  const hold = (name: string, value: unknown, isRight: boolean, what: string) => {
    if (value !== undefined && !isRight) problems.push(`${name} must be ${what}`);
  };
  hold('overlap', overlap, overlap === 'allow' || overlap === 'skip', "'allow' or 'skip'");
  hold('scheduler', scheduler, scheduler === 'here' || scheduler === 'elsewhere', "'here' or 'elsewhere'");
  hold('enabled', enabled, typeof enabled === 'boolean', 'true or false');
  hold('pages', pages, typeof pages === 'boolean', 'true or false');
  hold('owner', owner, typeof owner === 'string' && owner !== '', 'a non-empty string');
  const isTime = lastSuccess instanceof Date && Number.isFinite(lastSuccess.getTime());
  hold(
    'lastSuccess',
    lastSuccess,
    typeof lastSuccess === 'function' || isTime,
    'a Date or a function that gives one',
  );
  const isLevel = LINE_LEVELS.includes(logLevel as LineLevel);
  hold('logLevel', logLevel, isLevel, `one of ${LINE_LEVELS.join(', ')}`);
  hold('classify', classify, typeof classify === 'function', 'a function');
  const areNames =
    Array.isArray(errorTypes) && errorTypes.every((kind) => typeof kind === 'string' && kind !== '');
  hold('errorTypes', errorTypes, areNames, 'a list of non-empty strings');
  return [...problems, ...comparedProblems(options.anomalies)];
}
