import { Lifecycle, metricsWith, sharedInProcess } from '@sightglass/core/authors';
import type { PipelineOptions } from './declare.ts';
import * as metrics from './metrics.ts';

/** What holds now for a pipeline that was declared in this process. */
export interface DeclaredPipeline {
  readonly options: PipelineOptions<string>;
  readonly stopObserving: () => void;
  readonly lifecycle: Lifecycle<{ readonly pipeline_name: string }>;
  /** When each execution that is under way began, in Unix seconds, in the order of their beginnings. */
  readonly underWay: Set<{ readonly since: number }>;
}

export const declaredPipelines = (): Map<string, DeclaredPipeline> =>
  sharedInProcess('@sightglass/pipeline/pipelines/1', () => new Map<string, DeclaredPipeline>());

/** What says of a pipeline that it is gone outlives it. */
const { pipelineLifecycle: _, ...mortal } = metrics;
const ofPipeline = metricsWith(mortal, 'pipeline_name');

/** Ends every series of a pipeline but its lifecycle. */
export const endSeries = (pipeline_name: string): void => ofPipeline.removeSeries({ pipeline_name });

/** Remembers a declaration, enabled; executions that a former one of the same name began go on. */
export function rememberPipeline({
  options,
  stopObserving,
  underWay = new Set(),
}: Pick<DeclaredPipeline, 'options' | 'stopObserving'> & {
  readonly underWay: DeclaredPipeline['underWay'] | undefined;
}): DeclaredPipeline {
  const { name: pipeline_name } = options;
  const lifecycle = new Lifecycle(metrics.pipelineLifecycle, { pipeline_name }, 'enabled');
  const pipeline = { options, stopObserving, lifecycle, underWay };
  declaredPipelines().set(pipeline_name, pipeline);
  return pipeline;
}

/** Exports since when the oldest execution has been under way. */
export function showUnderWay(pipeline_name: string): void {
  const underWay = declaredPipelines().get(pipeline_name)?.underWay;
  if (underWay === undefined) return;
  const labels = { pipeline_name };
  // They lie in the order of their beginnings.
  const [oldest] = underWay;
  if (oldest === undefined) metrics.pipelineStarted.remove(labels);
  else metrics.pipelineStarted.set(oldest.since, labels);
}
