import { neverThrows, processStore, showState } from '@sightglass/core/authors';
import { compareRuns } from '../statistics/compared.ts';
import { untrackFreshness } from './freshness.ts';
import * as metrics from './metrics.ts';
import { forgetSchema } from './record.ts';
import {
  type DatasetLabels,
  datasetMetrics,
  declaredDataset,
  isRetired,
  isSuiteRetired,
  labelsOf,
  type SuiteLabels,
  suiteMetrics,
  volumeOf,
} from './registry.ts';

/** What {@link retireDataset} takes. */
export interface RetiredDataset {
  readonly dataset: string;
  /** Default: the layer of the one declared data set of this name, else `default`. */
  readonly layer?: string | undefined;
}

/**
 * Says that a data set is gone for good, though this code does not declare it any longer: renamed, or removed. It exports `dataset_lifecycle_state{state="retired"}` and nothing
 * else, so that no alert waits for it any more. Call it at the start of the version that lacks the data set. Never throws.
 * @example
 * retireDataset({ dataset: 'measurements_v1', layer: 'gold' });
 */
export const retireDataset = neverThrows(metrics.datasetLifecycle, (options: RetiredDataset): void => {
  const labels = labelsOf(options);
  const isSound = [labels.dataset, labels.layer].every((name) => typeof name === 'string' && name !== '');
  if (!isSound) throw new TypeError('no name of a data set');
  retire(labels);
});

/** The same for labels that are sound. */
export function retire(labels: DatasetLabels): void {
  if (isRetired(labels)) return;
  const declared = declaredDataset(labels);
  if (declared !== undefined)
    compareRuns({ ...volumeOf(declared.options), anomalies: false }, declared.options);
  if (declared === undefined) showState(metrics.datasetLifecycle, labels, 'retired');
  else declared.lifecycle.to('retired');
  untrackFreshness(labels);
  forgetSchema(labels);
  metrics.datasetSuiteRetired.removeAll(labels);
  datasetMetrics.removeSeries(labels);
}

/** Ends every series of a suite and says since when, so that no run of it is waited for. */
export function retireSuite(labels: SuiteLabels): void {
  if (typeof labels.suite !== 'string' || labels.suite === '') {
    processStore().refused(metrics.datasetSuiteRetired.descriptor.name);
    return;
  }
  if (isSuiteRetired(labels)) return;
  suiteMetrics.removeSeries(labels);
  metrics.datasetSuiteRetired.setToNow(labels);
}
