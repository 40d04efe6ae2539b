import * as metrics from '@sightglass/pipeline/metrics';
import { pipelineDeclared } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { pipelineAlerts } from './alerts.ts';
import { pipelineAliases } from './aliases.ts';
import { ownership, PER_PIPELINE, pipelineRecordings } from './recordings.ts';

export { pipelineAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** Pipelines, whatever starts them. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const pipelines = defineMixin({
  name: 'pipelines',
  component: 'pipeline',
  about:
    'Pipelines, whatever starts them, each by what it declares, and the records that they process: what the alerts compare, and the alerts.',
  metrics: [
    {
      // Records are counted without a pipeline too.
      exportedBy: 'recordRecords()',
      metrics: [metrics.pipelineRecords],
      appears: { pipeline_records_processed_total: 'when layers are declared, or records are counted' },
    },
    {
      exportedBy: 'declarePipeline()',
      metrics: Object.values(metrics).filter(
        ({ descriptor: { name } }) =>
          name.startsWith('pipeline_') && name !== metrics.pipelineRecords.descriptor.name,
      ),
      appears: {
        pipeline_last_execution_timestamp_seconds: 'after the first execution',
        pipeline_last_execution_duration_seconds: 'after the first execution',
        pipeline_last_success_timestamp_seconds: 'after the first success',
        pipeline_execution_started_timestamp_seconds: 'while an execution is under way',
        pipeline_duration_objective_seconds: 'when durationObjectiveSeconds is declared',
        pipeline_freshness_objective_seconds: 'when freshnessObjectiveSeconds is declared',
        pipeline_active_consumers: 'when activeConsumers is declared',
        pipeline_owner_info: 'when owner is declared',
        pipeline_pages: 'when pages is false',
      },
      optional: ['pipeline_owner_info', 'pipeline_pages', 'pipeline_active_consumers'],
    },
  ],
  owners: { of: PER_PIPELINE, ownership, complete: true },
  identities: [{ labels: PER_PIPELINE, declared: pipelineDeclared }],
  groups: () => [
    {
      name: 'sightglass-pipelines',
      interval: seconds(30),
      rules: [...pipelineRecordings, ...pipelineAlerts],
    },
  ],
  aliases: () => pipelineAliases,
  // From what says most to what says least of one outage: nobody consumes, gone, stuck, failed, what is late.
  inhibitions: [
    {
      sources: ['PipelineNoConsumer'],
      targets: ['PipelineGone', 'PipelineStale'],
      equal: ['pipeline_name'],
    },
    {
      sources: ['PipelineGone'],
      targets: ['PipelineFailed', 'PipelineSlow'],
      equal: ['pipeline_name'],
    },
    { sources: ['PipelineStuck'], targets: ['PipelineStale', 'PipelineSlow'], equal: ['pipeline_name'] },
    { sources: ['PipelineFailed'], targets: ['PipelineStale', 'PipelineSlow'], equal: ['pipeline_name'] },
  ],
});
