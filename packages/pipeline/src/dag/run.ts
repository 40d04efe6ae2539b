import { randomUUID } from 'node:crypto';
import { classifyError, DeclarationError, TIMEOUT } from '@sightglass/core';
import { logRun, measureRun, type RunResult, readable, timeOf } from '@sightglass/core/authors';
import type { Dag } from './declare.ts';
import * as metrics from './metrics.ts';
import { DAG_TRIGGERS, type DagEndStatus, type DagTrigger, dagStatuses } from './outcomes.ts';
import { declaredDags, logOf } from './registry.ts';
import { type DagRun, type RunState, rememberState, type TasksOf, type TaskWork } from './run-state.ts';
import { runTasks } from './run-tasks.ts';
import { endSeries, isRetired } from './series.ts';
import { runTask } from './task.ts';
import type { BegunRun, DagTracker } from './tracker.ts';

/** How a run is started by something that can say so. */
export interface DagStart {
  /** Default `scheduled`. */
  readonly trigger?: DagTrigger;
  /** What the run was scheduled for. Default: the time of the schedule that is due. */
  readonly scheduledFor?: Date | undefined;
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a declared DAG: times and traces it, holds it against its SLA while it is under way, records and logs how it ended. `work` is given the run and calls `dagTask` for each task in an
 * order of its own; or it is an object with what each task does, which are run by what they depend on. Resolves to what the work gave back, or to undefined when it did not run (not enabled,
 * retired, or skipped because a run is under way). Rejects with what the work threw.
 * @example
 * await dagRun(report, { extract: () => fetchAll(), transform: (task) => clean(task.signal), load: () => store() });
 */
export function dagRun<T extends string, R>(
  dag: Dag<T>,
  work: (run: DagRun<T>) => R | Promise<R>,
  start?: DagStart,
): Promise<R | undefined>;
export function dagRun<T extends string>(dag: Dag<T>, work: TasksOf<T>, start?: DagStart): Promise<void>;
export async function dagRun<T extends string, R>(
  dag: Dag<T>,
  work: ((run: DagRun<T>) => R | Promise<R>) | TasksOf<T>,
  start: DagStart = {},
): Promise<R | undefined> {
  const tracker = trackerOf(dag);
  if (typeof work !== 'function' && (typeof work !== 'object' || work === null))
    throw new DeclarationError('The DAG run', ['the work must be a function, or an object of functions']);
  const said = readable(() => start.trigger);
  const trigger = DAG_TRIGGERS.find((one) => one === said) ?? 'scheduled';
  const scheduledForMs = readable(() => timeOf(start.scheduledFor));
  const cancel = readable(() => start.signal);
  const { id: dag_id, options } = tracker;
  if (tracker.state === 'retired' || (trigger === 'scheduled' && !tracker.enabled)) return undefined;
  if (options.overlap === 'skip' && tracker.running > 0) {
    tracker.skip(trigger, scheduledForMs);
    return undefined;
  }
  const begun = tracker.begin(trigger, scheduledForMs);
  const run_id = randomUUID();
  let aborted: AbortSignal | undefined;
  const result = await measureRun(
    {
      scope: '@sightglass/pipeline',
      name: 'dag.run',
      attributes: { dag_id, trigger, run_id },
      timeoutSeconds: options.timeoutSeconds,
      signal: cancel,
      classify: options.classify,
    },
    async (signal) => {
      aborted = signal;
      const run = facing(dag_id, begun, { run_id, trigger, signal });
      if (typeof work === 'function') return work(run as DagRun<T>);
      await run.tasks(work as TasksOf<string>);
      return undefined as R;
    },
    (result) => record(dag_id, begun, { trigger, run_id }, result, statusOf(result, [aborted, cancel])),
  );
  if (!result.ok) throw result.error;
  return result.value;
}

/** What is known of a declared DAG. Throws a `DeclarationError` for anything else. */
function trackerOf(dag: { readonly id: string }): DagTracker {
  const tracker = readable(() => declaredDags().get(dag.id));
  if (tracker === undefined)
    throw new DeclarationError('The DAG run', ['the DAG must be what declareDag returned']);
  return tracker;
}

function facing(
  dag_id: string,
  begun: BegunRun,
  {
    run_id,
    trigger,
    signal,
  }: { readonly run_id: string; readonly trigger: DagTrigger; readonly signal: AbortSignal },
): DagRun<string> {
  const state: RunState = { dag_id, run_id, signal, begunMs: begun.startedMs, ended: new Map() };
  const run: DagRun<string> = Object.freeze({
    id: run_id,
    dagId: dag_id,
    trigger,
    scheduledFor: dateOf(begun.scheduledForMs),
    deadline: dateOf(begun.deadlineMs),
    signal,
    statusOf: (task: string) => state.ended.get(task)?.status,
    task: <R>(task: string, work: TaskWork<R>) => runTask(state, task, work),
    tasks: (work: TasksOf<string>) => runTasks(state, work),
  });
  rememberState(run, state);
  return run;
}

const dateOf = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));

function statusOf(result: RunResult<unknown>, signals: readonly (AbortSignal | undefined)[]): DagEndStatus {
  if (result.ok) return 'success';
  const isReason = signals.some(
    (one) => readable(() => one?.aborted === true && one.reason === result.error) === true,
  );
  if (!isReason) return 'failed';
  return classifyError(result.error) === TIMEOUT ? 'timeout' : 'cancelled';
}

function record(
  dag_id: string,
  begun: BegunRun,
  { trigger, run_id }: { readonly trigger: DagTrigger; readonly run_id: string },
  result: RunResult<unknown>,
  status: DagEndStatus,
): void {
  const { durationSeconds: duration_seconds } = result;
  const retired = isRetired(dag_id);
  declaredDags().get(dag_id)?.finish(begun, status, duration_seconds);
  // A run that outlived its DAG may have recorded something meanwhile.
  if (retired) endSeries(dag_id);
  const fields = { dag_id, trigger, status, run_id, duration_seconds, sla_missed: begun.isLate };
  if (result.ok || !(dagStatuses.failed as readonly string[]).includes(status)) {
    logRun('dag', fields, undefined, logOf(dag_id));
    return;
  }
  if (!retired) metrics.dagErrors.add(1, { dag_id, error_type: result.errorType });
  logRun('dag', { ...fields, error_type: result.errorType }, result.error, logOf(dag_id));
}
