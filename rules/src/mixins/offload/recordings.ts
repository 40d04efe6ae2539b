import {
  offloadCycleStarted,
  offloadInterval,
  offloadLagObjective,
  offloadLastCycle,
  offloadLastCycleDuration,
  offloadLifecycle,
  offloadOwner,
  offloadPages,
  offloadTableRetired,
  offloadWatermark,
  offloadWatermarkUpdated,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { list, promql, type Query, type RecordedSeries } from '../../engine/promql/promql.ts';
import {
  before,
  enabledOf,
  ownershipOf,
  remembered,
  sharedNames,
  thing,
} from '../../engine/remembered/index.ts';
import { offloadClockTolerance as clockTolerance, keptIntervals } from './thresholds.ts';

/*
 * What is declared of layers and tables, what people said of them, and how far they have come.
 */

const PER_LAYER = ['layer'] as const;
const PER_TABLE = ['layer', 'table'] as const;

const ofLayer = (record: string): RecordedSeries => ({ record: `layer:${record}`, labels: PER_LAYER });
const ofTable = (record: string): RecordedSeries => ({ record: `layer_table:${record}`, labels: PER_TABLE });

const INTERVAL = ofLayer('offload_interval_seconds:last_known');
const LAG_OBJECTIVE = ofTable('offload_lag_objective_seconds:last_known');

/** Layers. One that no process has is remembered for a week, and one that is rare for some of its intervals. */
export const layers = thing({
  labels: PER_LAYER,
  noun: 'offload_layer',
  declared: offloadInterval,
  keptFor: days(7),
  keptLonger: promql`${keptIntervals} * ${remembered(INTERVAL)}`,
  retired: promql`(${offloadLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance,
});

/**
 * Tables. One that no process has is gone, though its layer lives: two pipelines may share a layer. Only `retireTable()`, or `retire()` of its
 * layer, says that a table is done with.
 */
export const tables = thing({
  labels: PER_TABLE,
  noun: 'offload_table',
  declared: offloadLagObjective,
  keptFor: days(7),
  keptLonger: promql`(0 * ${remembered(LAG_OBJECTIVE)} + on (layer) group_left () ${keptIntervals} * ${remembered(INTERVAL)})`,
  retired: promql`${offloadTableRetired}`,
  of: layers,
  clockTolerance,
});
/** Tables that are retired now. */
const tableRetired = promql`(${tables.retirements[0]!} unless on (layer, table) ${tables.seen})`;

/** What was recorded last of tables in known layers, those too that are recorded by hand and never declared. */
export const knownOfTable = (series: RecordedSeries): Query =>
  promql`(${tables.recalled(series)} and on (layer) ${layers.seen} unless on (layer, table) ${tableRetired})`;

/** When what was declared last became another: what was before is not judged by it. */
const changed = (of: typeof layers | typeof tables, declared: Recording): Recording => {
  const on = list(of.labels);
  return of.recording(
    declared.record.replace(/^\w+:(\w+)_seconds:last_known$/, '$1_changed_timestamp_seconds:last_known'),
    (self) => promql`0 * (${declared} != on (${on}) ${before(declared)}) + time()
      or on (${on})
      ${of.known(self)}`,
  );
};

export const interval = layers.lastKnown(offloadInterval);
export const lagObjective = tables.lastKnown(offloadLagObjective);
export const intervalChanged = changed(layers, interval);
export const lagObjectiveChanged = changed(tables, lagObjective);

/** Layers of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (layer) (${offloadLifecycle.where({ state })} == 1)`;

/**
 * Whether a layer is meant to be offloaded, 1 or 0, by what was last said. A process that stands by or stops says nothing of that: who waits to
 * be elected does not know, and a process that ends is no wish of a person.
 */
export const enabled = enabledOf(layers, 'offload', inState);

/** Layers that are meant to be offloaded. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Layers that a person has disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

/** What processes say that offload a layer: those that neither stand by nor stop. */
export const working = promql`(
    ${offloadInterval}
    unless on (layer, job, instance)
    (${offloadLifecycle.where({ state: ['standby', 'stopping', 'disabled'] })} == 1)
  )`;

const answering = ownershipOf(layers, 'offload', {
  owner: offloadOwner,
  pages: offloadPages,
});

/** The owner of each layer, and `pages="false"` on one that must wake nobody: one series of value 1 for each layer. */
export const { ownership } = answering;

export const watermark = tables.lastKnown(offloadWatermark);

/**
 * When the watermark of each table last moved. A process that knows no watermark says the time of its declaration, which is no move: it counts
 * for a table that is new, and does not begin anew with each deploy.
 */
export const watermarkUpdated = tables.recording(
  'offload_watermark_updated_timestamp_seconds:last_known',
  (self) => promql`max by (layer, table) (
      (${tables.past(offloadWatermarkUpdated)} and on (layer, table, job, instance) ${offloadWatermark})
      or
      ${tables.known(self)}
    )
    or on (layer, table)
    min by (layer, table) (${offloadWatermarkUpdated})`,
);

/**
 * The time at which each table was last looked at: that of the oldest sample of its replicas, so that no age is judged finer than the scrapes
 * that show it; now, when no process has it.
 */
export const view: Recording = {
  ...ofTable('offload_view_timestamp_seconds:min'),
  expr: promql`min by (layer, table) (timestamp(${offloadLagObjective}))
    or on (layer, table)
    0 * ${tables.seen} + time()`,
};

/** How far each table is behind the clock, growing while the process is stuck or gone. */
export const lag: Recording = {
  ...ofTable('offload_lag_seconds:last_known'),
  expr: promql`${view} - on (layer, table) ${watermark}`,
};

/** How long ago the watermark of each table last moved. */
export const watermarkAge: Recording = {
  ...ofTable('offload_watermark_age_seconds:last_known'),
  expr: promql`${view} - on (layer, table) ${watermarkUpdated}`,
};

const lastCycle = layers.newest(offloadLastCycle);
const lastCycleDuration = layers.ofLatest(offloadLastCycleDuration, offloadLastCycle, lastCycle);

const running = promql`max by (layer) (timestamp(${offloadCycleStarted}) - ${offloadCycleStarted})`;
const finished = promql`(${lastCycleDuration} and on (layer) ${offloadInterval})`;

/** The duration of the cycle that finished last, or the age of the one that runs when that is longer already: no rate, so it holds between cycles. */
export const cycleDuration: Recording = {
  ...ofLayer('offload_cycle_duration_seconds:latest'),
  expr: promql`${running} > on (layer) ${finished}
    or on (layer)
    ${finished}
    or on (layer)
    ${running}`,
};

/** Tables that two services offload: they count as one. */
export const sharedTables = sharedNames(offloadLagObjective, PER_TABLE, 'offload_table');

/** In the order in which they read each other. */
export const offloadRecordings: readonly Recording[] = [
  ...layers.register,
  ...tables.register,
  interval,
  lagObjective,
  intervalChanged,
  lagObjectiveChanged,
  enabled,
  answering.owner,
  answering.doesNotPage,
  ownership,
  watermark,
  watermarkUpdated,
  view,
  lag,
  watermarkAge,
  lastCycle,
  lastCycleDuration,
  cycleDuration,
  sharedTables,
];
