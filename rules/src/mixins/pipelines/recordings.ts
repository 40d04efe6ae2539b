import {
  pipelineActiveConsumers,
  pipelineConsecutiveFailures,
  pipelineDeclared,
  pipelineDurationObjective,
  pipelineFreshnessObjective,
  pipelineLastDuration,
  pipelineLastRun,
  pipelineLastSuccess,
  pipelineLifecycle,
  pipelineOwner,
  pipelinePages,
  pipelineRecords,
  pipelineStarted,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days, hours } from '../../engine/promql/duration.ts';
import { asSeconds, larger, promql, type RecordedSeries, where } from '../../engine/promql/promql.ts';
import {
  counting,
  enabledOf,
  exportedByOf,
  grownIn,
  ownershipOf,
  remembered,
  sharedNames,
  thing,
} from '../../engine/remembered/index.ts';
import { pipelineClockTolerance, pipelineGoneAfter, pipelineKeptFreshness } from './thresholds.ts';

/*
 * What is declared of pipelines, what people said of them, and how their last execution went. A pipeline has no schedule: it is held to how old its last success may be, where it says so.
 */

export const PER_PIPELINE = ['pipeline_name'] as const;

const named = (record: string): RecordedSeries => ({
  record: `pipeline_name:${record}`,
  labels: PER_PIPELINE,
});
const FRESHNESS = named('pipeline_freshness_objective_seconds:last_known');

/** Pipelines. One that no process has is remembered for a week, or for as long as its freshness and a page need. */
export const pipeline = thing({
  labels: PER_PIPELINE,
  noun: 'pipeline',
  declared: pipelineDeclared,
  keptFor: days(7),
  keptLonger: promql`(${pipelineKeptFreshness} * ${remembered(FRESHNESS)} + ${asSeconds(days(1))})`,
  retired: promql`(${pipelineLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: pipelineClockTolerance,
});

/** Pipelines of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (pipeline_name) (${pipelineLifecycle.where({ state })} == 1)`;

/** How old the last success may become, and how long an execution may take; absent where nobody says. */
export const freshnessObjective = pipeline.stated(pipelineFreshnessObjective);
export const durationObjective = pipeline.stated(pipelineDurationObjective);

/** Whether a pipeline is meant to run, 1 or 0, by what was last said. */
export const enabled = enabledOf(pipeline, 'pipeline', inState);

/** Pipelines that are meant to run. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Pipelines that a person has disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

const answering = ownershipOf(pipeline, 'pipeline', {
  owner: pipelineOwner,
  pages: pipelinePages,
});

/** The owner of each pipeline, and `pages="false"` on one that must wake nobody: one series of value 1 for each pipeline. */
export const { ownership } = answering;

/** Which service exported each pipeline last. */
export const { exporters, exportedBy } = exportedByOf(pipeline, 'pipeline', pipelineDeclared);

/** The time at which each pipeline was last looked at: that of the oldest sample of its replicas; now, when no process has it. */
export const view: Recording = {
  ...named('pipeline_view_timestamp_seconds:min'),
  expr: promql`min by (pipeline_name) (timestamp(${pipelineDeclared}))
    or on (pipeline_name)
    0 * ${pipeline.seen} + time()`,
};

export const lastRun = pipeline.newest(pipelineLastRun);
export const lastSuccess = pipeline.newest(pipelineLastSuccess);
export const lastDuration = pipeline.ofLatest(pipelineLastDuration, pipelineLastRun, lastRun);
/** Executions in a row that failed, by the replica whose last one is newest. */
export const consecutiveFailures = pipeline.ofLatest(pipelineConsecutiveFailures, pipelineLastRun, lastRun);

/** Until when a pipeline is accounted for: it last succeeded, was disabled, or was declared for the first time. */
const accounted = pipeline.recording(
  'pipeline_accounted_timestamp_seconds:last_known',
  (self) => promql`0 * ${isDisabled} + time()
    or on (pipeline_name)
    ${larger(PER_PIPELINE, lastSuccess, pipeline.known(self))}
    or on (pipeline_name)
    min by (pipeline_name) (${pipelineDeclared})`,
);

/** How old what the pipeline made is, growing while the process hangs or is gone; 0 while it is disabled. */
export const age: Recording = {
  ...named('pipeline_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (pipeline_name) ${accounted}, 0)`,
};

/** Pipelines whose last success is older than they promise. */
export const isStale = promql`(${age} > on (pipeline_name) ${freshnessObjective} and on (pipeline_name) ${isEnabled})`;

/** Pipelines that no process has, and that are stale; of those that promise nothing, the ones that nobody has had for long. */
export const isGone = promql`(
      ${isStale} and on (pipeline_name) ${pipeline.gone}
      or on (pipeline_name)
      (${age} and on (pipeline_name) (time() - ${pipeline.seen} > ${pipelineGoneAfter}) and on (pipeline_name) ${isEnabled} unless on (pipeline_name) ${freshnessObjective})
    )`;

/** How long the oldest execution that is under way has taken, when it was last looked at. */
export const running: Recording = {
  ...named('pipeline_execution_running_seconds:max'),
  expr: promql`max by (pipeline_name) (timestamp(${pipelineStarted}) - ${pipelineStarted})`,
};

/** When somebody last consumed what a pipeline streams; since when nobody does, where nobody ever did who could. */
const consumed = pipeline.recording(
  'pipeline_consumed_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (pipeline_name) (${pipelineActiveConsumers}) > 0) + time()
    or on (pipeline_name)
    ${pipeline.known(self)}
    or on (pipeline_name)
    0 * max by (pipeline_name) (${pipelineActiveConsumers}) + time()`,
);

/** How long no consumer has been at work, 0 while one is: of pipelines that tell of consumers, or that no process has. */
export const unconsumed: Recording = {
  ...named('pipeline_unconsumed_seconds:last_known'),
  expr: promql`time() - ${consumed}
    and on (pipeline_name)
    (max by (pipeline_name) (${pipelineActiveConsumers}) or on (pipeline_name) ${pipeline.gone})`,
};

/** How many services declare a pipeline of the same name, where it is more than one. */
export const services = sharedNames(pipelineDeclared, PER_PIPELINE, 'pipeline');

const counts = counting('pipelines');
const records = counts.total(pipelineRecords, { labels: ['layer', 'status'] });

/** Records that were processed, by layer and what became of them, since they were first known. */
export const recordsTotal: RecordedSeries = records.series;

const inHour: Recording = {
  record: 'layer_status:pipeline_records_processed:increase_hour',
  labels: ['layer', 'status'],
  expr: grownIn(recordsTotal, hours(1)),
};

/** The share of the records of the last hour that could not be written, 0 to 1; absent while there were none. */
export const failedRecords: Recording = {
  record: 'layer:pipeline_records_failed:ratio_hour',
  labels: ['layer'],
  expr: promql`sum by (layer) (${where(inHour, { status: 'failed' })})
    / on (layer)
    (sum by (layer) (${where(inHour, { status: ['success', 'failed'] })}) > 0)`,
};

/** In the order in which they read each other. */
export const pipelineRecordings: readonly Recording[] = [
  ...pipeline.register,
  freshnessObjective,
  durationObjective,
  enabled,
  answering.owner,
  answering.doesNotPage,
  ownership,
  exporters,
  exportedBy,
  view,
  lastRun,
  lastSuccess,
  lastDuration,
  consecutiveFailures,
  accounted,
  age,
  running,
  consumed,
  unconsumed,
  services,
  ...counts.processes,
  ...records.recordings,
  inHour,
  failedRecords,
];
