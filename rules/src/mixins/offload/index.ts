import * as pipeline from '@sightglass/pipeline/metrics';
import { offloadLagObjective } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { offloadAlerts } from './alerts.ts';
import { offloadAliases } from './aliases.ts';
import { lastKnownRecordings } from './last-known.ts';
import { cycleDuration, windowRecordings } from './recordings.ts';

export { offloadAlerts } from './alerts.ts';
export * from './last-known.ts';
export * from './recordings.ts';
export { windowSeconds } from './windows.ts';

/** The offload of tables to a cold tier. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const offload = defineMixin({
  name: 'offload',
  about: 'The offload of tables to a cold tier: what its alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'declareOffload()',
      metrics: Object.values(pipeline),
      appears: {
        offload_cycle_started_timestamp_seconds: 'while a cycle runs',
        offload_last_cycle_timestamp_seconds: 'after the first cycle',
        offload_last_cycle_duration_seconds: 'after the first cycle',
        offload_last_success_timestamp_seconds: 'after the first success of a table',
        offload_watermark_timestamp_seconds: 'after the first watermark',
        offload_info: 'when a version is stated',
        offload_owner_info: 'when owner is declared',
        offload_pages: 'when pages is false',
        offload_table_retired_timestamp_seconds: 'when a table is retired',
      },
    },
  ],
  identities: [{ labels: ['layer', 'table'], declared: offloadLagObjective }],
  groups: () => [
    // Windows of hours and days move slowly and read the most samples, so they are evaluated less often.
    { name: 'sightglass-offload-windows', interval: minutes(1), rules: windowRecordings },
    {
      name: 'sightglass-offload',
      interval: seconds(30),
      rules: [...lastKnownRecordings, cycleDuration, ...offloadAlerts],
    },
  ],
  inhibitions: [
    {
      sources: ['IcebergOffloadLagCritical'],
      targets: ['IcebergOffloadLagElevated'],
      equal: ['layer', 'table'],
    },
    { sources: ['IcebergOffloadCycleTooSlow'], targets: ['IcebergOffloadCycleSlow'], equal: ['layer'] },
  ],
  aliases: () => offloadAliases,
});
