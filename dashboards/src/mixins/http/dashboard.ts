import { http, processStart, promql } from '@sightglass/rules';
import { restarts } from '../../engine/annotations.ts';
import { howMany } from '../../engine/how-many.ts';
import type { DashboardSpec } from '../../engine/spec.ts';
import { rateInterval } from '../../engine/window.ts';
import { alertNamed } from '../alerts.ts';
import { dependencies, errorRate, events, requestRate, responseTime, routes, totals } from './panels.ts';

/** How a service answers: which routes fail or are slow, and how much is asked of it. */
export const apiDashboard: DashboardSpec = {
  uid: 'sightglass-api',
  title: 'API Health',
  description:
    'How services answer HTTP requests: which routes fail or are slow, and how much is asked of them.',
  tags: ['http', 'service', 'generated'],
  minInterval: '15s',
  // As reference system 003 has it: whoever looks here does so while something happens.
  refresh: '10s',
  variables: [
    { label: 'job', title: 'Job', of: http.requestsTotal },
    { label: 'http_route', title: 'Route', of: http.requestsTotal, optional: true },
  ],
  annotations: [
    restarts({
      by: ['job', 'instance'],
      changed: [promql`changes(${processStart}[${rateInterval}])`],
      alive: processStart,
      text: 'The process {{job}} {{instance}} started.',
    }),
  ],
  firing: { labels: ['job'], others: ['http_route', 'server_address'] },
  numbers: [
    howMany({
      title: 'Failing routes',
      description:
        'Routes of which more requests fail on our side than somebody is paged for. Should be none.',
      wrong: alertNamed('HttpErrorRatioCritical').expr,
      of: promql`${http.requestsTotal}`,
      state: 'failing',
      color: 'red',
    }),
    howMany({
      title: 'Slow routes',
      description:
        'Routes of which more requests than one in twenty take longer than they may. Should be none.',
      wrong: alertNamed('HttpLatencyHigh').expr,
      of: promql`${http.requestsTotal}`,
      state: 'slow',
      color: 'yellow',
    }),
  ],
  panels: [routes, requestRate, errorRate, responseTime, events, dependencies, ...totals],
  related: ['sightglass-infrastructure', 'sightglass-system', 'sightglass-slo', 'sightglass-telemetry'],
};
