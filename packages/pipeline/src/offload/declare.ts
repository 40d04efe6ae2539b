import { DeclarationError, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { type Cycle, runCycle } from './cycle.ts';
import { rememberLayer } from './declared.ts';
import { layerMetrics, retireTable, tableHandles, tableMetrics } from './handles.ts';
import * as metrics from './metrics.ts';
import { type OffloadOptions, problemsOf } from './options.ts';
import { type CycleReport, setPipelineInfo } from './record.ts';
import { resumeWatermark } from './watermark.ts';

/** A declared offload: its facts, and the wrapper round a cycle. */
export interface Offload<T extends string> {
  readonly layer: string;
  readonly tables: readonly T[];
  readonly intervalSeconds: number;
  /**
   * Runs one cycle: times it, opens its span, records and logs how it ended. A table that fails does not end it; an error of `work` itself
   * is recorded as a failed cycle and thrown on. Resolves to what the cycle did.
   */
  cycle(work: (cycle: Cycle<T>) => void | Promise<void>): Promise<CycleReport>;
}

/**
 * Declares an offload pipeline: exports its objectives, gives birth to every series at zero, and takes up the watermarks of a former process.
 * Throws a `DeclarationError` that lists everything wrong with the declaration.
 */
export function declareOffload<const T extends string>(options: OffloadOptions<T>): Offload<T> {
  const problems = problemsOrThrow(options);
  if (problems.length > 0) throw new DeclarationError('The offload', problems);
  const { layer, tables, intervalSeconds, version } = options;
  const before = rememberLayer({ layer, tables });
  for (const table of before?.tables ?? []) {
    if (!tables.includes(table as T)) retireTable({ table, layer });
  }
  metrics.offloadInterval.set(intervalSeconds, { layer });
  metrics.offloadTablesConfigured.set(tables.length, { layer });
  metrics.offloadCycleDurationObjective.set(options.cycleDurationObjectiveSeconds ?? 600, { layer });
  metrics.offloadThroughputObjective.set(options.throughputObjectiveRowsPerSecond ?? 10_000, { layer });
  metrics.offloadSuccessObjective.set(options.successObjectiveRatio ?? 0.95, { layer });
  layerMetrics.initSeries({ layer });
  if (version !== undefined) setPipelineInfo({ layer, version });
  for (const table of tables) declareTable(table, options);
  const declared = Object.freeze({ layer, tables: Object.freeze([...tables]), intervalSeconds });
  return { ...declared, cycle: (work) => runCycle(declared.layer, options, work) };
}

function problemsOrThrow<T extends string>(options: OffloadOptions<T>): string[] {
  try {
    return problemsOf(options);
  } catch (error) {
    throw DeclarationError.from(error, 'The offload');
  }
}

function declareTable<T extends string>(table: T, options: OffloadOptions<T>): void {
  const { layer, lagObjectiveSeconds = 1_800, errorTypes = [TIMEOUT, PROCESS_ERROR] } = options;
  const labels = { table, layer };
  const objective =
    typeof lagObjectiveSeconds === 'number' ? lagObjectiveSeconds : lagObjectiveSeconds[table];
  metrics.offloadLagObjective.set(objective, labels);
  tableMetrics.initSeries(labels);
  tableHandles.at(labels).consecutiveFailures.add(0);
  for (const errorType of errorTypes) metrics.offloadErrors.init({ ...labels, error_type: errorType });
  const watermark = options.watermarks?.[table];
  if (watermark !== undefined) resumeWatermark(labels, watermark);
  else if (metrics.offloadWatermarkUpdated.peek(labels) === undefined)
    metrics.offloadWatermarkUpdated.setToNow(labels);
}
