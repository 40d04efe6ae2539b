import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { databaseAlerts, speedAlerts } from './alerts.ts';
import { databaseRecordings, speedRecordings } from './recordings.ts';

export { databaseAlerts, speedAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** Databases, as the services that use them see them. */
export const database = defineMixin({
  name: 'database',
  about:
    'Databases as the services that use them see them: whether they answer, how fast, and with how many connections.',
  metrics: [
    {
      exportedBy: 'instrumentPg()',
      metrics: Object.values(core).filter(({ name }) => name.startsWith('db_client_operation')),
      appears: { db_client_operation_duration_seconds: 'after the first query' },
    },
    {
      exportedBy: 'observePool()',
      metrics: Object.values(core).filter(({ name }) => name.startsWith('db_client_connection')),
    },
  ],
  groups: () => [
    { name: 'sightglass-database', interval: seconds(30), rules: [...databaseRecordings, ...databaseAlerts] },
    { name: 'sightglass-database-speed', interval: minutes(1), rules: [...speedRecordings, ...speedAlerts] },
  ],
  // From what says most to what says least: without a database, all that needs it waits and fails.
  inhibitions: [
    {
      sources: ['DatabaseDown'],
      targets: [
        'DatabasePoolExhausted',
        'DatabasePoolHigh',
        'DatabaseQueriesSlow',
        'ServiceNotReady',
        'DatasetUnseen',
        'HttpErrorRatioCritical',
        'HttpErrorRatioHigh',
        'HttpLatencyHigh',
      ],
      equal: ['job'],
    },
    {
      sources: ['DatabasePoolExhausted'],
      targets: ['DatabasePoolHigh'],
      equal: ['job', 'db_client_connection_pool_name'],
    },
    {
      sources: ['DatabasePoolExhausted'],
      targets: ['HttpErrorRatioCritical', 'HttpErrorRatioHigh', 'HttpLatencyHigh'],
      equal: ['job'],
    },
  ],
});
