import { DeclarationError, type LifecycleState, PROCESS_ERROR, TIMEOUT } from '@sightglass/core';
import { givenOptions, subjectOf } from '@sightglass/core/authors';
import { type Cycle, runCycle } from './cycle.ts';
import { type DeclaredLayer, declaredLayer, rememberLayer } from './declared.ts';
import { layerMetrics, tableHandles, tableMetrics } from './handles.ts';
import * as metrics from './metrics.ts';
import { OFFLOAD_OPTIONS, type OffloadOptions, ofTable, problemsOf } from './options.ts';
import { type CycleReport, setPipelineInfo } from './record.ts';
import { retireOffload, retireTable } from './retire.ts';
import { resumeWatermark, type Watermark } from './watermark.ts';

/** A declared offload: its facts, what is meant to happen with it, and the wrapper round a cycle. */
export interface Offload<T extends string> {
  readonly layer: string;
  /** The tables that it has now: the declared ones without those retired since. */
  readonly tables: readonly T[];
  readonly intervalSeconds: number;
  /** Whether it is meant to run, and who says otherwise. The metrics tell; starting no cycle is for the host. */
  readonly state: LifecycleState;
  /** It runs: a person switched it on, or this replica was elected. It ends `disable()`, `standBy()` and `stop()`, and nothing for a retired layer. */
  enable(): void;
  /** A person switches it off: the alerts wait for it no more, until `enable()`. */
  disable(): void;
  /** This replica waits to be elected, and another one offloads: the alerts go on waiting. A layer that was disabled or is stopping stays so. */
  standBy(): void;
  /** This process ends: for the handler of SIGTERM. It says nothing of the layer itself, so the alerts go on waiting for it; one that was disabled stays so. */
  stop(): void;
  /**
   * A person says that the layer is offloaded no more: it exports `offload_lifecycle_state{state="retired"}` and when its tables were retired, and nothing else. What a cycle still
   * does is not recorded. Declaring the layer again begins anew. For a layer that the code no longer declares there is `retireOffload(layer)`.
   */
  retire(): void;
  /**
   * A person says that a table is gone for good: all its series leave the export but `offload_table_retired_timestamp_seconds`, so that no alert waits for it, and what a cycle still
   * does with it is not recorded. It may be one that a former version of the code declared; declaring it takes it up again. Never throws.
   */
  retireTable(table: T | (string & {})): void;
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
export function declareOffload<const T extends string>(said: OffloadOptions<T>): Offload<T> {
  const { options, problems } = read(said);
  if (problems.length > 0) throw new DeclarationError(subjectOf('The offload', said, 'layer'), problems);
  const { layer, tables, intervalSeconds, version, owner } = options;
  for (const table of rememberLayer(layer, Object.freeze([...tables]))) retireTable({ table, layer });
  metrics.offloadInterval.set(intervalSeconds, { layer });
  metrics.offloadTablesConfigured.set(tables.length, { layer });
  const { cycleDurationObjectiveSeconds = 600 } = options;
  metrics.offloadCycleDurationObjective.set(cycleDurationObjectiveSeconds, { layer });
  // What was promised is a bucket, so that counting what is within it needs no interpolation.
  for (const duration of [metrics.offloadCycleDuration, metrics.offloadDuration]) {
    const bounds = new Set([...(duration.descriptor.buckets ?? []), cycleDurationObjectiveSeconds]);
    duration.boundsFor(
      { layer },
      [...bounds].sort((a, b) => a - b),
    );
  }
  metrics.offloadThroughputObjective.set(options.throughputObjectiveRowsPerSecond ?? 10_000, { layer });
  metrics.offloadSuccessObjective.set(options.successObjectiveRatio ?? 0.95, { layer });
  layerMetrics.initSeries({ layer });
  metrics.offloadOwner.removeAll({ layer });
  if (owner !== undefined) metrics.offloadOwner.set({ layer, owner });
  if (options.pages === false) metrics.offloadPages.set(0, { layer });
  else metrics.offloadPages.remove({ layer });
  if (version !== undefined) setPipelineInfo({ layer, version });
  // Those of what was retired record nothing, and those of what was recorded by hand before may have other buckets.
  tableHandles.clear();
  for (const table of tables) declareTable(table, options);
  // Whichever declaration a handle came from, it speaks of the one that holds now.
  const now = () => declaredLayer(layer) as DeclaredLayer;
  return Object.freeze({
    layer,
    intervalSeconds,
    get tables() {
      return now().tables as readonly T[];
    },
    get state() {
      return now().lifecycle.state;
    },
    enable: () => void now().lifecycle.to('enabled'),
    disable: () => void now().lifecycle.to('disabled'),
    standBy: () => void now().lifecycle.to('standby'),
    stop: () => void now().lifecycle.to('stopping'),
    retire: () => retireOffload(layer),
    retireTable: (table: string) => retireTable({ table, layer }),
    cycle: (work: (cycle: Cycle<T>) => void | Promise<void>) => runCycle(layer, options, work),
  });
}

function read<T extends string>(said: OffloadOptions<T>) {
  try {
    const options = givenOptions(said, OFFLOAD_OPTIONS);
    return { options, problems: problemsOf(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The offload', said, 'layer'));
  }
}

function declareTable<T extends string>(table: T, options: OffloadOptions<T>): void {
  const { layer, lagObjectiveSeconds = 1_800, errorTypes = [TIMEOUT, PROCESS_ERROR] } = options;
  const labels = { table, layer };
  metrics.offloadTableRetired.remove(labels);
  const objective =
    typeof lagObjectiveSeconds === 'number'
      ? lagObjectiveSeconds
      : ofTable<number>(lagObjectiveSeconds, table);
  metrics.offloadLagObjective.set(objective as number, labels);
  tableMetrics.initSeries(labels);
  const handles = tableHandles.at(labels);
  if (handles !== false) handles.consecutiveFailures.add(0);
  for (const errorType of errorTypes) metrics.offloadErrors.init({ ...labels, error_type: errorType });
  const watermark = ofTable<Watermark | undefined>(options.watermarks ?? {}, table);
  if (watermark !== undefined) resumeWatermark(labels, watermark);
  else if (metrics.offloadWatermarkUpdated.peek(labels) === undefined)
    metrics.offloadWatermarkUpdated.setToNow(labels);
}
