export { type CronDag, type Dag, declareDag, type IntervalDag } from './declare.ts';
export type { CronDagOptions, DagFacts, DagOptions, IntervalDagOptions } from './options.ts';
export {
  DAG_STATUSES,
  DAG_TRIGGERS,
  type DagStatus,
  type DagTrigger,
  dagStatuses,
  TASK_STATUSES,
  type TaskStatus,
} from './outcomes.ts';
export { retireDag, stopDags } from './retire.ts';
export { type DagStart, dagRun } from './run.ts';
export type { DagRun, TasksOf, TaskTry, TaskWork } from './run-state.ts';
export { type DagScheduler, type DagSchedulerOptions, declareDagScheduler } from './scheduler.ts';
export { dagTask, UpstreamFailed } from './task.ts';
export type { TaskOptions } from './task-options.ts';
