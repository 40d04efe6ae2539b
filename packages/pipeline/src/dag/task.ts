import { classifyError, TIMEOUT } from '@sightglass/core';
import {
  addInOrder,
  logRun,
  measureRun,
  processStore,
  readable,
  sharedInProcess,
  takeOut,
  withRetries,
} from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import type { TaskStatus } from './outcomes.ts';
import { declaredDags, logOf } from './registry.ts';
import { type DagRun, type RunState, stateOf, type TaskWork } from './run-state.ts';
import { endSeries, isRetired } from './series.ts';
import type { Task } from './task-options.ts';

/** Why a task never began: one that it comes after has failed. */
export class UpstreamFailed extends Error {
  override readonly name = 'UpstreamFailed';
  readonly taskId: string;
  readonly upstream: string;

  constructor(taskId: string, upstream: string) {
    super(`Task ${taskId} did not begin: ${upstream}, which it comes after, has not succeeded.`);
    this.taskId = taskId;
    this.upstream = upstream;
  }
}

/**
 * Runs one task of a run: times and traces each try, makes the tries that its declaration allows, records and logs what became of it. Where a task that it comes after has failed in this run it
 * does not begin, and rejects with {@link UpstreamFailed}; where one was skipped it is skipped. Resolves to what the work gave back, or to undefined when it was skipped; rejects with what the
 * last try threw.
 */
export function dagTask<T extends string, R>(
  run: DagRun<T>,
  task: NoInfer<T>,
  work: TaskWork<R>,
): Promise<R | undefined> {
  const state = stateOf(run);
  if (state !== undefined) return runTask(state, task, work);
  // Whatever it was given, the work of the host is done.
  processStore().refused(metrics.dagTaskRuns.descriptor.name);
  const bare = {
    dagId: '',
    taskId: readable(() => String(task)) ?? '',
    runId: '',
    attempt: 1,
    skip: () => {},
  };
  return (async () => work({ ...bare, signal: new AbortController().signal }))();
}

const BAD: readonly (TaskStatus | undefined)[] = ['failed', 'upstream_failed'];

export async function runTask<R>(
  state: RunState,
  task_id: string,
  work: TaskWork<R>,
): Promise<R | undefined> {
  const { dag_id } = state;
  const tracker = declaredDags().get(dag_id);
  const task = tracker?.tasks.get(task_id);
  const end = (status: TaskStatus) => {
    state.ended.set(task_id, { status, endedMs: nowMs() });
    count(dag_id, task, status);
  };
  if (task === undefined) processStore().refused(metrics.dagTaskRuns.descriptor.name);
  const before = task?.after ?? [];
  const failed = before.find((one) => BAD.includes(state.ended.get(one)?.status));
  if (failed !== undefined) {
    end('upstream_failed');
    throw new UpstreamFailed(task_id, failed);
  }
  if (before.some((one) => state.ended.get(one)?.status === 'skipped')) {
    end('skipped');
    return undefined;
  }
  const readyMs = before.reduce(
    (latest, one) => Math.max(latest, state.ended.get(one)?.endedMs ?? 0),
    state.begunMs,
  );
  if (!isRetired(dag_id)) metrics.dagTaskQueueDelay.record(Math.max(0, nowMs() - readyMs) / 1000, { dag_id });
  const { retries = 0, retryDelaySeconds = 1 } = task ?? {};
  let isSkipped = false;
  const skip = () => {
    isSkipped = true;
  };
  try {
    const value = await withRetries(
      retries,
      { signal: state.signal, isFinal: () => false, firstWaitMs: retryDelaySeconds * 1000 },
      () => {},
      (attempt) =>
        makeTry(state, task, task_id, attempt, attempt <= retries, (signal) =>
          work(Object.freeze({ dagId: dag_id, taskId: task_id, runId: state.run_id, attempt, signal, skip })),
        ),
    );
    end(isSkipped ? 'skipped' : 'success');
    return isSkipped ? undefined : value;
  } catch (error) {
    end(wasCalledOff(state.signal, error) ? 'skipped' : 'failed');
    throw error;
  }
}

/** Makes one try. Rejects with what the work threw. */
async function makeTry<R>(
  { dag_id, run_id, signal }: RunState,
  task: Task | undefined,
  task_id: string,
  attempt: number,
  mayTryAgain: boolean,
  work: (signal: AbortSignal) => R | Promise<R>,
): Promise<R> {
  const ended = began(dag_id, task_id, task);
  const result = await measureRun(
    {
      scope: '@sightglass/pipeline',
      name: 'dag.task',
      attributes: { dag_id, task_id, run_id, attempt },
      timeoutSeconds: task?.timeoutSeconds,
      signal,
      classify: declaredDags().get(dag_id)?.options.classify,
    },
    work,
    (result) => {
      ended();
      const { durationSeconds: duration_seconds } = result;
      const isKept = task !== undefined && !isRetired(dag_id);
      if (isRetired(dag_id)) endSeries(dag_id);
      if (isKept) metrics.dagTaskLastDuration.set(duration_seconds, { dag_id, task_id });
      const fields = { dag_id, task_id, run_id, attempt, duration_seconds };
      if (result.ok) {
        if (isKept) metrics.dagTaskDuration.record(duration_seconds, { dag_id, task_id });
        logRun('dag task', { ...fields, status: 'success' }, undefined, logOf(dag_id));
        return;
      }
      const isOff = wasCalledOff(signal, result.error);
      const again = mayTryAgain && !readable(() => signal.aborted);
      if (isKept && !isOff) metrics.dagTaskErrors.add(1, { dag_id, task_id, error_type: result.errorType });
      if (again) count(dag_id, task, 'up_for_retry');
      const status = again ? 'up_for_retry' : isOff ? 'skipped' : 'failed';
      const line = { ...fields, status, error_type: result.errorType };
      if (again) logOf(dag_id).warn({ ...line, err: result.error }, `dag task: ${status}`);
      else logRun('dag task', line, isOff ? undefined : result.error, logOf(dag_id));
    },
  );
  if (!result.ok) throw result.error;
  return result.value;
}

function count(dag_id: string, task: Task | undefined, status: TaskStatus): void {
  if (task !== undefined && !isRetired(dag_id))
    metrics.dagTaskRuns.add(1, { dag_id, task_id: task.id, status });
}

/** Whether an error is that the run was cancelled, which says nothing of the task. One that its time limit ended has failed. */
const wasCalledOff = (signal: AbortSignal, error: unknown): boolean =>
  readable(() => signal.aborted && signal.reason === error) === true && classifyError(error) !== TIMEOUT;

const nowMs = (): number => readable(() => processStore().clock.wallMs()) ?? 0;

/** The tries of this process that are under way, by DAG and task: when each began, in their order. */
const underWay = () => sharedInProcess('@sightglass/pipeline/dag-tries/1', () => new Map<string, number[]>());

/** Exports that a try runs, and since when. Returns the function that ends it. */
function began(dag_id: string, task_id: string, task: Task | undefined): () => void {
  if (task === undefined) return () => {};
  const key = JSON.stringify([dag_id, task_id]);
  const starts = underWay().get(key) ?? [];
  underWay().set(key, starts);
  const startMs = nowMs();
  addInOrder(starts, startMs, (ms) => ms);
  const show = () => {
    if (isRetired(dag_id)) return;
    const gauge = metrics.dagTaskStarted.bind({ dag_id, task_id });
    if (starts.length === 0) gauge.unset();
    else gauge.set(starts[0]! / 1000);
  };
  show();
  return () => {
    takeOut(starts, startMs);
    show();
  };
}
