import * as core from '@sightglass/core/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { minutes, seconds } from '../../engine/promql/duration.ts';
import { dependencyAlerts, errorAlerts, latencyAlerts } from './alerts.ts';
import { httpRecordings, latencyRecordings, PER_ROUTE } from './recordings.ts';

export { dependencyAlerts, errorAlerts, latencyAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

const WITH_OBJECTIVES = 'when objectives are declared';

/** HTTP requests to a service, by route. */
export const http = defineMixin({
  name: 'http',
  about:
    'HTTP requests, each route of each service by its objectives: what the alerts compare, and the alerts.',
  metrics: [
    {
      // The client is measured by the same set-up; a service that has only been a client yet is still waited for.
      exportedBy: 'observeHttpServer()',
      metrics: Object.values(core).filter(({ name }) => name.startsWith('http_')),
      appears: {
        http_server_request_duration_seconds: 'after the first request',
        http_client_request_duration_seconds: 'after the first request',
        http_server_upgrades_total: 'after the first upgrade',
        http_server_upgraded_connections: 'after the first upgrade',
        http_server_error_objective_ratio: WITH_OBJECTIVES,
        http_server_latency_objective_seconds: WITH_OBJECTIVES,
      },
      // Without them the rules have figures of their own.
      optional: ['http_server_error_objective_ratio', 'http_server_latency_objective_seconds'],
    },
    {
      exportedBy: 'declareEvents()',
      metrics: [core.eventsReceived],
      // Not every service takes events in.
      optional: ['events_received_total'],
    },
  ],
  groups: () => [
    {
      name: 'sightglass-http',
      interval: seconds(30),
      rules: [...httpRecordings, ...errorAlerts, ...dependencyAlerts],
    },
    {
      name: 'sightglass-http-latency',
      interval: minutes(1),
      rules: [...latencyRecordings, ...latencyAlerts],
    },
  ],
  inhibitions: [
    {
      sources: ['HttpErrorRatioCritical'],
      targets: ['HttpErrorRatioHigh', 'HttpLatencyHigh'],
      equal: [...PER_ROUTE],
    },
    // One cause is one page: a promise that is broken by it is told of by its figures, and not once more.
    {
      sources: ['HttpErrorRatioCritical'],
      targets: ['SloAdminAvailabilityBurnsFast', 'SloAdminAvailabilityBurnsSlowly'],
      equal: ['http_route'],
    },
  ],
});
