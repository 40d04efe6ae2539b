import * as pipeline from '@sightglass/pipeline/metrics';
import { sqlCollectorInterval } from '@sightglass/pipeline/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { collectorAlerts } from './alerts.ts';
import { collectorRecordings, ownership, PER_COLLECTOR, PER_QUERY } from './recordings.ts';

export { collectorAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** Collectors that poll a database, and their queries. Alerts stand behind what they read in one group, so that each sees the state of the same instant. */
export const collectors = defineMixin({
  name: 'collectors',
  component: 'collector',
  about:
    'Collectors that poll a database, and each of their queries by what it declares: what the alerts compare, and the alerts.',
  metrics: [
    {
      exportedBy: 'sqlCollector()',
      metrics: Object.values(pipeline).filter(({ descriptor }) =>
        descriptor.name.startsWith('sql_collector_'),
      ),
      appears: {
        sql_collector_polling: 'after the first poll',
        sql_collector_success: 'after the first poll, in a replica that polls',
        sql_collector_last_poll_timestamp_seconds: 'after the first poll',
        sql_collector_last_success_timestamp_seconds: 'after the first success',
        sql_collector_values: 'after the first success',
        sql_collector_owner_info: 'when owner is declared',
        sql_collector_pages: 'when pages is false',
      },
      optional: ['sql_collector_owner_info', 'sql_collector_pages'],
    },
  ],
  owners: { of: PER_COLLECTOR, ownership, complete: true },
  identities: [{ labels: PER_QUERY, declared: sqlCollectorInterval }],
  groups: () => [
    {
      name: 'sightglass-collectors',
      interval: seconds(30),
      rules: [...collectorRecordings, ...collectorAlerts],
    },
  ],
  // From what says most to what says least of one trouble: gone, stopped, too old, failing.
  inhibitions: [
    {
      sources: ['CollectorGone', 'CollectorStopped'],
      targets: ['CollectorStale', 'CollectorFailing', 'CollectorSlow', 'CollectorEmpty'],
      equal: ['collector'],
    },
    {
      sources: ['CollectorStale'],
      targets: ['CollectorFailing', 'CollectorSlow', 'CollectorEmpty'],
      equal: ['collector', 'query'],
    },
    // What a service asks of a database that is down fails, whoever asks in it.
    { sources: ['DatabaseDown'], targets: ['CollectorStale', 'CollectorFailing'], equal: ['job'] },
    { sources: ['ServiceDown'], targets: ['CollectorGone'], equal: ['job'] },
    { sources: ['CollectorFailing'], targets: ['CollectorSlow'], equal: ['collector', 'query'] },
  ],
});
