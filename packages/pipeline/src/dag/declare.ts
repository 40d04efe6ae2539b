import { DeclarationError, type LifecycleState } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import {
  type CronDagOptions,
  checkDag,
  DAG_OPTIONS,
  type DagFacts,
  type DagOptions,
  type IntervalDagOptions,
} from './options.ts';
import { declaredDags, logOf } from './registry.ts';
import { retireDag } from './retire.ts';
import { endTask, isRetired, objectivesOf, showDag } from './series.ts';
import { DagTracker } from './tracker.ts';

/** A declared DAG: its facts, and the switches of this process. */
export interface Dag<T extends string> {
  readonly id: string;
  /** Its tasks, in the order of the declaration. */
  readonly tasks: readonly T[];
  /** The cron expression; undefined for a DAG that a timer starts. */
  readonly schedule: string | undefined;
  /** The time zone that the schedule is read in; undefined for a DAG that a timer starts. */
  readonly timezone: string | undefined;
  /** The declared interval, or the longest time that the schedule leaves between two starts. */
  readonly intervalSeconds: number;
  readonly slaSeconds: number | undefined;
  readonly freshnessObjectiveSeconds: number;
  readonly successObjectiveRatio: number;
  /** Whether it is meant to run, and who says otherwise. */
  readonly state: LifecycleState;
  /** Whether the schedule starts it here: in the state `enabled` alone. */
  readonly enabled: boolean;
  /** When it should start next; in the past while a start is late, undefined unless it is enabled. */
  readonly nextRun: Date | undefined;
  /** Lets the schedule start it again: a person switched it on, or this replica was elected. It ends `disable()`, `standBy()` and `stop()`, and nothing for a retired DAG. */
  enable(): void;
  /** A person switches it off, until `enable()`: starts by the schedule return at once, uncounted, and none is missed. A run that is under way goes on. */
  disable(): void;
  /** This replica waits to be elected, and another one runs the DAG: as `disable()`, but the alerts go on waiting for the DAG. */
  standBy(): void;
  /** This process ends, and starts no more runs: for the handler of SIGTERM. `stopDags()` says it of all DAGs. */
  stop(): void;
  /** A person says that the DAG is gone for good: it exports `dag_lifecycle_state{state="retired"}` and nothing else. Declaring the id again begins anew. See `retireDag(id)`. */
  retire(): void;
}

/** A DAG that a cron expression starts. */
export interface CronDag<T extends string> extends Dag<T> {
  readonly schedule: string;
  readonly timezone: string;
}

/** A DAG that a timer starts. */
export interface IntervalDag<T extends string> extends Dag<T> {
  readonly schedule: undefined;
  readonly timezone: undefined;
}

/**
 * Declares a DAG: exports its objectives and what its tasks depend on, creates at zero the series of what can happen, and counts the starts that do not come.
 * It costs some 70 series and about 19 for each task, fewer than 270 for a DAG of ten that asks for everything; what it never does costs none.
 * Throws a `DeclarationError` that lists everything wrong with the declaration, tasks in a circle included.
 * @example
 * const report = declareDag({
 *   id: 'daily-report',
 *   schedule: '0 2 * * *',
 *   slaSeconds: 2 * 3600,
 *   tasks: { extract: { retries: 2 }, transform: { after: ['extract'] }, load: { after: ['transform'] } },
 * });
 */
export function declareDag<const T extends string>(options: CronDagOptions<T>): CronDag<T>;
export function declareDag<const T extends string>(options: IntervalDagOptions<T>): IntervalDag<T>;
export function declareDag<const T extends string>(said: DagOptions<T>): CronDag<T> | IntervalDag<T> {
  const { options, starts } = read(said as DagOptions<string>);
  if (!('intervalSeconds' in starts)) throw new DeclarationError(subjectOf('The DAG', said, 'id'), starts);
  const { id } = options;
  const labels = { dag_id: id };
  const dags = declaredDags();
  const former = dags.get(id);
  if (isRetired(id)) metrics.dagLifecycle.set(0, { ...labels, state: 'retired' });
  const tracker = new DagTracker(options, starts, former);
  dags.set(id, tracker);
  for (const task of former?.tasks.keys() ?? []) if (!tracker.tasks.has(task)) endTask(id, task);
  showDag(options, tracker.tasks, starts.intervalSeconds);
  // Declaring it again does not put off the time by which it should have succeeded.
  if (!((metrics.dagDeclared.peek(labels) ?? 0) > 0)) metrics.dagDeclared.setToNow(labels);
  metrics.dagRunning.add(0, labels);
  metrics.dagConsecutiveFailures.add(0, labels);
  void resume(id, options.lastSuccess);
  // Whichever declaration a handle came from, it works on the one that holds now.
  const now = () => dags.get(id) as DagTracker;
  const objectives = () => objectivesOf(now().options, now().intervalSeconds);
  return Object.freeze<Dag<T>>({
    id,
    schedule: options.schedule,
    timezone: starts.cron?.timezone,
    get tasks() {
      return [...now().tasks.keys()] as T[];
    },
    get intervalSeconds() {
      return now().intervalSeconds;
    },
    get slaSeconds() {
      return objectives().slaSeconds;
    },
    get freshnessObjectiveSeconds() {
      return objectives().freshnessObjectiveSeconds;
    },
    get successObjectiveRatio() {
      return objectives().successObjectiveRatio;
    },
    get state() {
      return now().state;
    },
    get enabled() {
      return now().enabled;
    },
    get nextRun() {
      const { nextMs } = now();
      return nextMs === undefined ? undefined : new Date(nextMs);
    },
    enable: () => now().to('enabled'),
    disable: () => now().to('disabled'),
    standBy: () => now().to('standby'),
    stop: () => now().to('stopping'),
    retire: () => retireDag(id),
  }) as CronDag<T> | IntervalDag<T>;
}

function read(said: DagOptions<string>) {
  try {
    const options = givenOptions(said, DAG_OPTIONS);
    return { options, starts: checkDag(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The DAG', said, 'id'));
  }
}

/** Takes up the last success from where the host keeps it; a later one of this process stands. Never rejects. */
async function resume(dag_id: string, lastSuccess: DagFacts<string>['lastSuccess']): Promise<void> {
  if (lastSuccess === undefined) return;
  try {
    const time = typeof lastSuccess === 'function' ? await lastSuccess() : lastSuccess;
    if (time === undefined || time === null || isRetired(dag_id)) return;
    const seconds = time.getTime() / 1000;
    const known = metrics.dagLastSuccess.peek({ dag_id });
    if (!(known !== undefined && known >= seconds)) metrics.dagLastSuccess.set(seconds, { dag_id });
  } catch (err) {
    logOf(dag_id).warn(
      { dag_id, err },
      'The last success of a DAG could not be read from where the host keeps it',
    );
  }
}
