import { processStore, showState } from '@sightglass/core/authors';
import * as metrics from './metrics.ts';
import { declaredDags } from './registry.ts';
import { endSeries } from './series.ts';

/**
 * Says that a DAG is gone for good, though this code no longer declares it: renamed, or removed. It exports `dag_lifecycle_state{state="retired"}` and nothing else, so that no alert
 * waits for it any more. Call it at the start of the version that lacks the DAG, and leave it there for as long as the DAG may be remembered (two weeks). Never throws.
 * @example
 * retireDag('nightly-report'); // is 'daily-report' now
 */
export function retireDag(id: string): void {
  if (typeof id !== 'string' || id === '') {
    processStore().refused(metrics.dagLifecycle.descriptor.name);
    return;
  }
  const tracker = declaredDags().get(id);
  if (tracker !== undefined) tracker.retire();
  else showState(metrics.dagLifecycle, { dag_id: id }, 'retired');
  endSeries(id);
}

/** Says of every DAG of this process that it is stopping, because the process ends: `process.once('SIGTERM', stopDags)`. See `dag.stop()`. Never throws. */
export function stopDags(): void {
  for (const tracker of declaredDags().values()) tracker.to('stopping');
}
