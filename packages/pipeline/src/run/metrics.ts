import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { RECORD_STATUSES } from './outcomes.ts';

/** What a pipeline is, whatever starts it: it takes records from somewhere, works for a while, and leaves them in a layer. */

export const pipelineRecords = counter('pipeline_records_processed_total', {
  help: 'Records that were processed, by the layer that they were meant for and what became of them: counted where they are written, each once.',
  labels: { layer: String, status: RECORD_STATUSES },
  unit: '{record}',
});

/** From a second to four hours: pipelines take minutes, which buckets that end at ten seconds do not tell apart. What the pipeline promises is one more bound of its own series. */
export const pipelineExecutionDuration = histogram('pipeline_execution_duration_seconds', {
  help: 'How long executions of the pipeline took.',
  labels: { pipeline_name: String, status: ['success', 'failed'] },
  buckets: [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400],
});

export const pipelineErrors = counter('pipeline_errors_total', {
  help: 'Executions of the pipeline that failed, by kind of error.',
  labels: ['pipeline_name', 'error_type'],
  unit: '{error}',
});

export const pipelineLastRun = gauge('pipeline_last_execution_timestamp_seconds', {
  help: 'When the last execution ended, whatever its status, in Unix seconds.',
  labels: ['pipeline_name'],
});

export const pipelineLastDuration = gauge('pipeline_last_execution_duration_seconds', {
  help: 'How long the last execution took, whatever its status.',
  labels: ['pipeline_name'],
  merge: { newestBy: pipelineLastRun },
});

export const pipelineStarted = gauge('pipeline_execution_started_timestamp_seconds', {
  help: 'When the oldest execution that is under way began, in Unix seconds; absent while none is.',
  labels: ['pipeline_name'],
  merge: 'min',
});

export const pipelineLastSuccess = gauge('pipeline_last_success_timestamp_seconds', {
  help: 'When the pipeline last ended in success, in Unix seconds.',
  labels: ['pipeline_name'],
});

export const pipelineConsecutiveFailures = gauge('pipeline_consecutive_failures', {
  help: 'Executions in a row that failed; 0 after one that succeeded.',
  labels: ['pipeline_name'],
  unit: '{execution}',
  merge: { newestBy: pipelineLastRun },
});

export const pipelineDeclared = gauge('pipeline_declared_timestamp_seconds', {
  help: 'When the pipeline was declared in this process, in Unix seconds.',
  labels: ['pipeline_name'],
  merge: 'min',
});

export const pipelineDurationObjective = gauge('pipeline_duration_objective_seconds', {
  help: 'How long an execution may take; absent where the declaration does not say.',
  labels: ['pipeline_name'],
  merge: 'max',
});

export const pipelineFreshnessObjective = gauge('pipeline_freshness_objective_seconds', {
  help: 'How old the last success may become; absent where the declaration does not say.',
  labels: ['pipeline_name'],
  merge: 'max',
});

export const pipelineLifecycle = gauge('pipeline_lifecycle_state', {
  help: 'Whether the pipeline is meant to run: 1 for the present state, 0 for one that it had before. A person disables or retires it.',
  labels: { pipeline_name: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const pipelineActiveConsumers = gauge('pipeline_active_consumers', {
  help: 'Consumers of the pipeline that are at work in this process, as streaming pipelines have them; absent where the declaration does not say.',
  labels: ['pipeline_name'],
  unit: '{consumer}',
});

export const pipelineOwner = info('pipeline_owner_info', {
  help: 'Who answers for the pipeline; absent where its declaration names nobody.',
  labels: ['pipeline_name', 'owner'],
});

export const pipelinePages = gauge('pipeline_pages', {
  help: 'Is 0 where the declaration says that the pipeline wakes nobody, whatever happens to it; absent where it may.',
  labels: ['pipeline_name'],
  merge: 'max',
});
