import { processStore } from '@sightglass/core/authors';
import { type Time, toUnixSeconds } from '../time.ts';
import { isTableRetired, layerOf } from './declared.ts';
import type { TableLabels } from './handles.ts';
import { offloadWatermark, offloadWatermarkUpdated } from './metrics.ts';

/** A point in time: a `Date`, or a number of Unix seconds. A number of milliseconds is recognised as a mistake, dropped and counted. */
export type Watermark = Time;

/** Sets the watermark that a run has just reached; it counts as moved when it differs from the one before. */
export function reachWatermark(labels: TableLabels, watermark: Watermark): void {
  const seconds = toUnixSeconds(watermark);
  const before = offloadWatermark.peek(labels);
  offloadWatermark.set(seconds, labels);
  if (Number.isFinite(seconds) && seconds !== before) offloadWatermarkUpdated.setToNow(labels);
}

/**
 * Sets a watermark known from before this process began. When it moved is not known, only that it was not before the time it names;
 * so that time is taken, and a watermark that is stuck does not look fresh after a restart.
 */
export function resumeWatermark(labels: TableLabels, watermark: Watermark): void {
  const seconds = toUnixSeconds(watermark);
  offloadWatermark.set(seconds, labels);
  offloadWatermarkUpdated.set(Math.min(seconds, processStore().clock.wallMs() / 1000), labels);
}

/** What {@link trackLag} takes. */
export interface TrackLagOptions {
  readonly table: string;
  /** Default: the layer of the declared offload that has the table, else `default`. */
  readonly layer?: string;
  /**
   * The time up to which the table is complete in the cold tier: given once, or read at each scrape under the collection's time limit.
   * `undefined` means "not known now".
   */
  readonly watermark: Watermark | (() => Watermark | undefined | Promise<Watermark | undefined>);
}

/**
 * Exports a table's watermark. Lag is computed from it by whoever reads it, so it goes on growing when this process hangs.
 * A reader that fails or is late keeps its last watermark, which stays true, and shows in `sightglass_collector_success`.
 * Returns the function that ends the tracking and takes the watermark out of the export. Never throws.
 */
export function trackLag(options: TrackLagOptions): () => void {
  try {
    return track(options);
  } catch {
    processStore().refused(offloadWatermark.descriptor.name);
    return () => {};
  }
}

function track(options: TrackLagOptions): () => void {
  const { table, layer = layerOf(table), watermark } = options ?? {};
  const labels: TableLabels = { table: table as string, layer };
  if (isTableRetired(labels)) return () => {};
  if (typeof watermark !== 'function') {
    reachWatermark(labels, watermark as Watermark);
    return () => void offloadWatermark.remove(labels);
  }
  let last: number | undefined;
  const read = async () => {
    const value = await watermark();
    // A table that was retired meanwhile must not be brought back.
    if (value === undefined || value === null || !offloadWatermark.has(labels)) return undefined;
    const seconds = toUnixSeconds(value);
    if (last === undefined) resumeWatermark(labels, seconds);
    else if (seconds !== last) reachWatermark(labels, seconds);
    if (Number.isFinite(seconds)) last = seconds;
    return seconds;
  };
  return offloadWatermark.observe(read, labels, { onError: 'keep' });
}
