import { processStore, sharedInProcess } from '@sightglass/core/authors';
import { type Time, toUnixSeconds } from '../time.ts';
import * as metrics from './metrics.ts';
import { freshnessOf } from './options.ts';
import { byDefault, type DatasetLabels, declaredDataset, isRetired, recordable } from './registry.ts';

/** How new the newest record of a data set is: its time; `null` when there is no record; `undefined` when that is not known now. */
export type Newest = Time | null | undefined;

/** Reads how new the newest record is. */
export type NewestReader = () => Newest | Promise<Newest>;

/** What {@link trackFreshness} takes. */
export interface TrackFreshnessOptions {
  readonly dataset: string;
  /** Default: the layer of the one declared data set of this name, else `default`. */
  readonly layer?: string | undefined;
  /** The time of the newest record, `null` where there is none: given once, or read at each scrape under the collection's time limit. */
  readonly newest: Time | null | NewestReader;
}

/** What ends the reading of each data set, whichever copy of this package began it. */
const readers = () =>
  sharedInProcess('@sightglass/pipeline/dataset-readers/1', () => new Map<string, () => void>());
const keyOf = ({ dataset, layer }: DatasetLabels) => JSON.stringify([dataset, layer]);

/**
 * Exports the time of the newest record of a data set. Its age is computed by whoever reads that, so it goes on growing when this process hangs or is gone. An empty
 * data set says so, and one that can't be read keeps what was known: neither looks like old data, and neither is silent. A data set has one reader: a later one takes the place of the one before.
 * Returns the function that ends the tracking. Never throws.
 * @example
 * trackFreshness({ dataset: 'measurements', layer: 'gold', newest: async () => (await pool.query(NEWEST)).rows[0].max });
 */
export function trackFreshness(options: TrackFreshnessOptions): () => void {
  try {
    const labels = recordable(options);
    return labels === undefined ? () => {} : track(labels, options.newest);
  } catch {
    processStore().refused(metrics.datasetNewestRecord.descriptor.name);
    return () => {};
  }
}

/** Ends the reading of a data set; what was known of it stays. */
export function untrackFreshness(labels: DatasetLabels): void {
  const key = keyOf(labels);
  readers().get(key)?.();
  readers().delete(key);
  metrics.datasetNewestRecordRead.remove(labels);
}

function track(labels: DatasetLabels, newest: Time | null | NewestReader): () => void {
  const { objective, warning } = freshnessOf(declaredDataset(labels)?.options ?? {});
  byDefault(metrics.datasetFreshnessObjective, objective, labels);
  byDefault(metrics.datasetFreshnessWarning, warning, labels);
  if (typeof newest !== 'function') {
    show(labels, newest);
    return () => {};
  }
  untrackFreshness(labels);
  const key = keyOf(labels);
  // What a reading that was under way gives afterwards is old.
  const isCurrent = () => readers().get(key) === stop && !isRetired(labels);
  const stop = processStore().collectors.add(metrics.datasetNewestRecord.descriptor.name, {
    collect: async () => {
      const value = await newest();
      if (!isCurrent()) return;
      if (value !== undefined) show(labels, value);
      metrics.datasetNewestRecordRead.set(value === undefined ? 0 : 1, labels);
    },
    failed: () => {
      if (isCurrent()) metrics.datasetNewestRecordRead.set(0, labels);
    },
  });
  readers().set(key, stop);
  metrics.datasetNewestRecordRead.set(0, labels);
  return () => {
    if (readers().get(key) === stop) untrackFreshness(labels);
  };
}

function show(labels: DatasetLabels, newest: Time | null): void {
  if (newest === null) {
    metrics.datasetNewestRecord.remove(labels);
    metrics.datasetEmpty.set(1, labels);
    metrics.datasetNewestRecordKnown.setToNow(labels);
    return;
  }
  const seconds = toUnixSeconds(newest);
  if (!Number.isFinite(seconds))
    throw new Error(`${String(newest)} was given for the newest record, which is no time in Unix seconds`);
  const before = metrics.datasetNewestRecord.peek(labels);
  // When it moved is not known of the first that a process sees, only that it was not before the time that it names.
  if (before === undefined)
    metrics.datasetUpdated.set(Math.min(seconds, processStore().clock.wallMs() / 1000), labels);
  else if (before !== seconds) metrics.datasetUpdated.setToNow(labels);
  metrics.datasetNewestRecord.set(seconds, labels);
  metrics.datasetEmpty.set(0, labels);
  metrics.datasetNewestRecordKnown.setToNow(labels);
}
