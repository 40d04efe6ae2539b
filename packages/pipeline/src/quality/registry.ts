import { Lifecycle, metricsWith, sharedInProcess } from '@sightglass/core/authors';
import type { Compared } from '../statistics/compared.ts';
import * as metrics from './metrics.ts';
import { type DatasetOptions, DEFAULTS } from './options.ts';

/** What names one data set. */
export type DatasetLabels = { readonly dataset: string; readonly layer: string };
export type SuiteLabels = DatasetLabels & { readonly suite: string };

/** What a process knows of one data set that it has declared. */
export interface DeclaredDataset {
  readonly options: DatasetOptions;
  readonly lifecycle: Lifecycle<DatasetLabels>;
}

const declared = (): Map<string, DeclaredDataset> =>
  sharedInProcess('@sightglass/pipeline/datasets/1', () => new Map<string, DeclaredDataset>());

/** The layers of each name, so that one which is told without its layer is found without looking through all. */
const layersOf = (): Map<string, Set<string>> =>
  sharedInProcess('@sightglass/pipeline/dataset-layers/1', () => new Map<string, Set<string>>());

const keyOf = ({ dataset, layer }: DatasetLabels) => JSON.stringify([dataset, layer]);

/** What holds now for a data set; undefined when it was never declared here. */
export const declaredDataset = (labels: DatasetLabels): DeclaredDataset | undefined =>
  declared().get(keyOf(labels));

/** The statistic of the rows of its loads: of its name, after its layer where it has one. */
export const volumeOf = ({ name, layer, owner, anomalies }: DatasetOptions): Compared => ({
  name: layer === undefined || layer === DEFAULTS.layer ? name : `${layer}.${name}`,
  kind: 'volume',
  owner,
  anomalies,
});

/** Remembers a declaration, enabled. */
export function rememberDataset(labels: DatasetLabels, options: DatasetOptions): DeclaredDataset {
  const dataset = { options, lifecycle: new Lifecycle(metrics.datasetLifecycle, labels, 'enabled') };
  declared().set(keyOf(labels), dataset);
  const layers = layersOf().get(labels.dataset) ?? new Set();
  layersOf().set(labels.dataset, layers.add(labels.layer));
  return dataset;
}

/** What a helper was given to name a data set: without a layer, it is that of the one declared data set of this name, else `default`. */
export function labelsOf(given: {
  readonly dataset: string;
  readonly layer?: string | undefined;
}): DatasetLabels {
  const { dataset, layer } = given;
  if (layer !== undefined) return { dataset, layer };
  const [only, ...others] = layersOf().get(dataset) ?? [];
  return { dataset, layer: only === undefined || others.length > 0 ? DEFAULTS.layer : only };
}

/** Whether a person said that the data set is gone; then nothing more is recorded of it, until it is declared again. */
export const isRetired = (labels: DatasetLabels): boolean =>
  metrics.datasetLifecycle.peek({ ...labels, state: 'retired' }) === 1;

/** Whether a person said that the suite is checked no more. */
export const isSuiteRetired = (labels: SuiteLabels): boolean =>
  metrics.datasetSuiteRetired.peek(labels) !== undefined || isRetired(labels);

/** What says of a data set or a suite that it is gone outlives it. */
const { datasetLifecycle: _, datasetSuiteRetired: __, ...mortal } = metrics;

/** Every other metric that tells of one data set, or of one suite of it. */
export const datasetMetrics = metricsWith(mortal, 'dataset', 'layer');
export const suiteMetrics = metricsWith(mortal, 'dataset', 'layer', 'suite');

/**
 * The labels under which something is recorded of a data set: undefined for what is retired, and for what is no data set. One that nobody has declared is
 * known from now on, and nothing is promised of it but what is recorded.
 */
export function recordable(given: {
  readonly dataset: string;
  readonly layer?: string | undefined;
}): DatasetLabels | undefined {
  const labels = labelsOf(given);
  if (isRetired(labels)) return undefined;
  if (declaredDataset(labels) === undefined && metrics.datasetDeclared.peek(labels) === undefined)
    metrics.datasetDeclared.setToNow(labels);
  // Beyond the bound of the metric nobody could tell one from another.
  const known = metrics.datasetDeclared.series.peek(labels);
  if (known === undefined || known.values[0] !== labels.dataset)
    throw new TypeError('no data set, or one too many');
  return labels;
}

/** Sets an objective unless the declaration has. */
export function byDefault(
  objective: {
    peek(labels: DatasetLabels): number | undefined;
    set(value: number, labels: DatasetLabels): void;
  },
  value: number,
  labels: DatasetLabels,
): void {
  if (objective.peek(labels) === undefined) objective.set(value, labels);
}
