import { processStore, showState } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { declaredPipelines, endSeries } from './registry.ts';

/**
 * Says that a pipeline is gone for good, though this code no longer declares it: renamed, or removed. It exports `pipeline_lifecycle_state{state="retired"}` and nothing else, so that no
 * alert waits for it any more. Call it at the start of the version that lacks the pipeline. Never throws.
 * @example
 * retirePipeline('silver'); // is 'sales-silver' now
 */
export function retirePipeline(name: string): void {
  if (typeof name !== 'string' || name === '') {
    processStore().refused(metrics.pipelineLifecycle.descriptor.name);
    return;
  }
  const declared = declaredPipelines().get(name);
  if (declared === undefined) showState(metrics.pipelineLifecycle, { pipeline_name: name }, 'retired');
  else {
    declared.lifecycle.to('retired');
    declared.stopObserving();
    declaredPipelines().delete(name);
  }
  endSeries(name);
}
