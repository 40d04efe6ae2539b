import { PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { metricsWith } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import type { DagOptions } from './options.ts';
import type { Task } from './task-options.ts';

/** What says of a DAG that it is gone outlives it. */
const { dagLifecycle: _, ...mortal } = metrics;
const ofDag = metricsWith(mortal, 'dag_id');
const ofTask = metricsWith(mortal, 'dag_id', 'task_id');

/** Ends every series of a DAG but its lifecycle. */
export const endSeries = (dag_id: string): void => ofDag.removeSeries({ dag_id });

/** Whether a person said that the DAG is gone; then nothing more is recorded of it, until it is declared again. */
export const isRetired = (dag_id: string): boolean =>
  metrics.dagLifecycle.peek({ dag_id, state: 'retired' }) === 1;

/** What a DAG promises where its declaration leaves it open. */
export function objectivesOf(options: DagOptions<string>, intervalSeconds: number) {
  const { slaSeconds, successObjectiveRatio = 0.95 } = options;
  const runSeconds = slaSeconds ?? Math.min(60, intervalSeconds);
  const { freshnessObjectiveSeconds = 2 * (intervalSeconds + runSeconds) } = options;
  return { slaSeconds, freshnessObjectiveSeconds, successObjectiveRatio };
}

const withBound = (buckets: readonly number[] = [], bound: number | undefined): number[] =>
  [...new Set([...buckets, ...(bound === undefined ? [] : [bound])])].sort((a, b) => a - b);

/**
 * Exports what the DAG declares, and creates at zero what can happen to it from now on, by what its declaration says; any other series is created when it first happens, so that no DAG
 * pays for what it never does. Takes back what a former declaration said besides.
 */
export function showDag(
  options: DagOptions<string>,
  tasks: ReadonlyMap<string, Task>,
  intervalSeconds: number,
): void {
  const { id: dag_id, slaSeconds, owner, pages, timeoutSeconds, overlap } = options;
  const labels = { dag_id };
  const { freshnessObjectiveSeconds, successObjectiveRatio } = objectivesOf(options, intervalSeconds);
  metrics.dagInterval.set(intervalSeconds, labels);
  metrics.dagFreshnessObjective.set(freshnessObjectiveSeconds, labels);
  metrics.dagSuccessObjective.set(successObjectiveRatio, labels);
  metrics.dagRunDuration.boundsFor(labels, withBound(metrics.dagRunDuration.descriptor.buckets, slaSeconds));
  if (slaSeconds === undefined) metrics.dagSla.remove(labels);
  else {
    metrics.dagSla.set(slaSeconds, labels);
    metrics.dagSlaMissed.init(labels);
  }
  metrics.dagOwner.removeAll(labels);
  if (owner !== undefined) metrics.dagOwner.set({ dag_id, owner });
  if (pages === false) metrics.dagPages.set(0, labels);
  else metrics.dagPages.remove(labels);
  for (const status of ['success', 'failed'] as const) metrics.dagRuns.init({ dag_id, status });
  if (timeoutSeconds !== undefined) metrics.dagRuns.init({ dag_id, status: 'timeout' });
  if (overlap === 'skip') metrics.dagRuns.init({ dag_id, status: 'skipped_overlap' });
  if (options.scheduler !== 'elsewhere')
    for (const status of ['missed', 'skipped_overlap'] as const) metrics.dagRuns.init({ dag_id, status });
  metrics.dagRunDuration.init({ dag_id, status: 'success' });
  metrics.dagStartLateness.init(labels);
  metrics.dagTaskQueueDelay.init(labels);
  metrics.dagRecovery.init(labels);
  const { errorTypes = [TIMEOUT, PROCESS_ERROR] } = options;
  for (const error_type of errorTypes) metrics.dagErrors.init({ dag_id, error_type });
  metrics.dagTaskUpstream.removeAll(labels);
  for (const task of tasks.values()) showTask(dag_id, task, errorTypes);
}

function showTask(dag_id: string, task: Task, errorTypes: readonly string[]): void {
  const labels = { dag_id, task_id: task.id };
  const { durationObjectiveSeconds: promised } = task;
  metrics.dagTaskDuration.boundsFor(labels, withBound(metrics.dagTaskDuration.descriptor.buckets, promised));
  metrics.dagTaskDuration.init(labels);
  for (const status of ['success', 'failed'] as const) metrics.dagTaskRuns.init({ ...labels, status });
  if (task.retries > 0) metrics.dagTaskRuns.init({ ...labels, status: 'up_for_retry' });
  if (task.after.length > 0) metrics.dagTaskRuns.init({ ...labels, status: 'upstream_failed' });
  for (const error_type of errorTypes) metrics.dagTaskErrors.init({ ...labels, error_type });
  if (promised === undefined) metrics.dagTaskDurationObjective.remove(labels);
  else metrics.dagTaskDurationObjective.set(promised, labels);
  for (const upstream_task_id of task.after) metrics.dagTaskUpstream.set({ ...labels, upstream_task_id });
}

/** Ends every series of a task that a DAG no longer has. */
export const endTask = (dag_id: string, task_id: string): void => ofTask.removeSeries({ dag_id, task_id });

/** The gauges of one DAG, bound once. */
export function gaugesOf(dag_id: string) {
  const labels = { dag_id };
  return {
    running: metrics.dagRunning.bind(labels),
    runStarted: metrics.dagRunStarted.bind(labels),
    deadline: metrics.dagRunDeadline.bind(labels),
    lastRun: metrics.dagLastRun.bind(labels),
    lastRunDuration: metrics.dagLastRunDuration.bind(labels),
    lastSuccess: metrics.dagLastSuccess.bind(labels),
    nextRun: metrics.dagNextRun.bind(labels),
    consecutiveFailures: metrics.dagConsecutiveFailures.bind(labels),
    troubleStarted: metrics.dagTroubleStarted.bind(labels),
    lastRecovery: metrics.dagLastRecovery.bind(labels),
    enabled: metrics.dagEnabled.bind(labels),
  };
}
