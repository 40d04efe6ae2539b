import * as pipeline from '@sightglass/pipeline/metrics';
import { offloadLagObjective } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { offloadAlerts } from './alerts.ts';
import { offloadAliases } from './aliases.ts';
import { countRecordings, windowRecordings } from './counts.ts';
import { offloadRecordings, ownership } from './recordings.ts';

export { offloadAlerts } from './alerts.ts';
export * from './counts.ts';
export * from './recordings.ts';

/** The offload of tables to a cold tier. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const offload = defineMixin({
  name: 'offload',
  about: 'The offload of tables to a cold tier: what its alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'declareOffload()',
      metrics: Object.values(pipeline).filter(({ descriptor }) => descriptor.name.startsWith('offload_')),
      optional: ['offload_owner_info', 'offload_pages', 'offload_table_retired_timestamp_seconds'],
      appears: {
        offload_cycle_started_timestamp_seconds: 'while a cycle runs',
        offload_last_cycle_timestamp_seconds: 'after the first cycle',
        offload_last_cycle_duration_seconds: 'after the first cycle',
        offload_last_success_timestamp_seconds: 'after the first success of a table',
        offload_watermark_timestamp_seconds: 'after the first watermark',
        offload_info: 'when a version is stated',
      },
    },
  ],
  owners: { of: ['layer'], ownership, complete: true },
  identities: [{ labels: ['layer', 'table'], declared: offloadLagObjective }],
  groups: () => [
    // Windows of hours and days move slowly, so they are evaluated less often.
    { name: 'sightglass-offload-windows', interval: minutes(1), rules: windowRecordings },
    {
      name: 'sightglass-offload',
      interval: seconds(30),
      rules: [...offloadRecordings, ...countRecordings, ...offloadAlerts],
    },
  ],
  inhibitions: [
    {
      sources: ['IcebergOffloadSchedulerDown'],
      targets: [
        'IcebergOffloadConsecutiveFailures',
        'IcebergOffloadLagCritical',
        'IcebergOffloadLagElevated',
        'IcebergOffloadWatermarkStale',
        'IcebergOffloadCycleTooSlow',
        'IcebergOffloadCycleSlow',
        'IcebergOffloadSuccessRateLow',
        'IcebergOffloadThroughputLow',
      ],
      equal: ['layer'],
    },
    {
      sources: ['IcebergOffloadTableGone'],
      targets: [
        'IcebergOffloadConsecutiveFailures',
        'IcebergOffloadLagCritical',
        'IcebergOffloadLagElevated',
        'IcebergOffloadWatermarkStale',
      ],
      equal: ['layer', 'table'],
    },
    {
      sources: ['IcebergOffloadConsecutiveFailures'],
      targets: ['IcebergOffloadLagCritical', 'IcebergOffloadLagElevated', 'IcebergOffloadWatermarkStale'],
      equal: ['layer', 'table'],
    },
    // A cycle that hangs, or takes too long, makes every table of it late.
    {
      sources: ['IcebergOffloadCycleTooSlow'],
      targets: ['IcebergOffloadLagCritical', 'IcebergOffloadLagElevated', 'IcebergOffloadWatermarkStale'],
      equal: ['layer'],
    },
    {
      sources: ['IcebergOffloadLagCritical'],
      targets: ['IcebergOffloadWatermarkStale'],
      equal: ['layer', 'table'],
    },
    {
      sources: ['IcebergOffloadLagCritical'],
      targets: ['IcebergOffloadLagElevated'],
      equal: ['layer', 'table'],
    },
    { sources: ['IcebergOffloadCycleTooSlow'], targets: ['IcebergOffloadCycleSlow'], equal: ['layer'] },
  ],
  aliases: () => offloadAliases,
});
