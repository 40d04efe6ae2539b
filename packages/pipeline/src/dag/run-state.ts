import { readable, sharedInProcess } from '@sightglass/core/authors';
import type { DagTrigger, TaskStatus } from './outcomes.ts';

/** What the work of a task is given. */
export interface TaskTry {
  readonly dagId: string;
  readonly taskId: string;
  readonly runId: string;
  /** 1 for the first try, one more for each that `retries` allows. */
  readonly attempt: number;
  /** Aborted when the time limit of the try or of the run passes, or the run is cancelled. */
  readonly signal: AbortSignal;
  /** Says that there was nothing to do: unless it throws, the task ends as `skipped`, and so do those that come after it. Return after it. */
  skip(): void;
}

export type TaskWork<R = unknown> = (task: TaskTry) => R | Promise<R>;

/** What the tasks of a run do, all of them, by their ids. */
export type TasksOf<T extends string> = { readonly [K in T]: TaskWork };

/** A run of a DAG that is under way. */
export interface DagRun<T extends string> {
  /** A UUID, in the log lines and on the spans. */
  readonly id: string;
  readonly dagId: string;
  readonly trigger: DagTrigger;
  /** The time of the schedule that it was meant for, when there is one. */
  readonly scheduledFor: Date | undefined;
  /** By when it must have succeeded to keep the SLA; undefined where none is declared. */
  readonly deadline: Date | undefined;
  /** Aborted when the time limit passes or whoever started the run cancels it. */
  readonly signal: AbortSignal;
  /** What became of a task in this run; undefined until it has ended. */
  statusOf(task: T): TaskStatus | undefined;
  /** As `dagTask(run, task, work)`. */
  task<R>(task: T, work: TaskWork<R>): Promise<R | undefined>;
  /**
   * Runs all tasks, each once all that it comes after has succeeded, side by side as far as `concurrency` lets them. One that fails does not keep those from running that do not
   * depend on it. Rejects with the first failure when all that could run has ended.
   */
  tasks(work: TasksOf<T>): Promise<void>;
}

/** What a run knows of its tasks: what became of each, and when. */
export interface RunState {
  readonly dag_id: string;
  readonly run_id: string;
  readonly signal: AbortSignal;
  readonly begunMs: number;
  readonly ended: Map<string, { readonly status: TaskStatus; readonly endedMs: number }>;
}

/** Whichever copy of this package began the run. */
const states = () =>
  sharedInProcess('@sightglass/pipeline/dag-runs/1', () => new WeakMap<object, RunState>());

/** Remembers what is behind a run. */
export const rememberState = (run: object, state: RunState): void => void states().set(run, state);

/** The state behind a run that the package gave; undefined for anything else. */
export const stateOf = (run: object): RunState | undefined => readable(() => states().get(run));
