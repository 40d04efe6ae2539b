import { eventsReceived, httpServerRequestDuration, processStart } from '@sightglass/core/metrics';
import {
  countOf,
  days,
  grownIn,
  http,
  type MetricReference,
  promql,
  type Query,
  where,
} from '@sightglass/rules';
import type { PanelSpec } from '../../engine/spec.ts';
import { byState, type State, worstOf } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { quantile, rateInterval } from '../../engine/window.ts';
import { alertNamed } from '../alerts.ts';

const requests: MetricReference = { descriptor: httpServerRequestDuration };
const counted = countOf(requests);
const ROUTE = ['job', 'http_route'] as const;
const ROUTE_LEGEND = '{{job}} {{http_route}}';
const HALF = { width: 12, height: 9 } as const;

const failing = alertNamed('HttpErrorRatioCritical').expr;
const erring = alertNamed('HttpErrorRatioHigh').expr;
const slow = alertNamed('HttpLatencyHigh').expr;

/** What a route is, the worst first. */
const states: readonly State[] = [
  { name: 'failing', color: 'red', query: failing },
  { name: 'high', color: 'yellow', query: erring },
  { name: 'slow', color: 'yellow', query: slow },
  { name: 'ok', color: 'green', query: promql`${http.requestsTotal}` },
];

export const routes: PanelSpec = {
  title: 'HTTP Routes',
  description:
    'A row for each route of each service, the worst first: whether many of its requests fail on our side ("failing", "high"), or it is "slow"; the share that fails, over the shortest of 5 minutes, 15 minutes and an hour that holds ten requests; within what time 95 % of them were answered, over 5 minutes; what both may be; and requests per second. Without a route: requests that matched none.',
  type: 'table',
  unit: unit.ratio,
  width: 24,
  height: 9,
  by: ROUTE,
  queries: [
    { ...worstOf(ROUTE, states, 'say'), legend: 'State' },
    { query: promql`${http.failedShare}`, legend: 'Failed' },
    { query: promql`${http.errorObjective}`, legend: 'May fail' },
    { query: promql`${http.latency}`, legend: '95 % within', unit: unit.seconds },
    { query: promql`${http.latencyObjective}`, legend: 'May take', unit: unit.seconds },
    {
      query: promql`sum by (job, http_route) (rate(${counted}[${rateInterval}]))`,
      legend: 'Requests',
      unit: unit.requestsPerSecond,
    },
  ],
};

export const requestRate: PanelSpec = {
  title: 'Request Rate',
  description: 'Requests per second: of all chosen routes, and of the ten that are asked for most.',
  type: 'timeseries',
  unit: unit.requestsPerSecond,
  ...HALF,
  queries: [
    { query: promql`sum (rate(${counted}[${rateInterval}]))`, legend: 'total' },
    {
      query: promql`topk(10, sum by (job, http_route) (rate(${counted}[${rateInterval}])))`,
      legend: ROUTE_LEGEND,
    },
  ],
};

/** The share of the requests with such a status; 0 where there are none of them. */
const shareOf = (status: '4..' | '5..'): Query =>
  promql`(
      sum (rate(${where(counted, { http_response_status_code: { matches: status } })}[${rateInterval}]))
      or
      0 * sum (rate(${counted}[${rateInterval}]))
    )
    / (sum (rate(${counted}[${rateInterval}])) > 0)`;

export const errorRate: PanelSpec = {
  title: 'Error Rate',
  description:
    "The share of all requests that were refused as the client's fault (4xx) and that failed on our side (5xx); and of each route that fails more often than it may, over the window by which the alerts judge it: yellow beyond its objective, red where somebody is paged.",
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  queries: [
    { query: shareOf('4..'), legend: '4xx' },
    { query: shareOf('5..'), legend: '5xx' },
    {
      ...byState([
        {
          name: 'high',
          color: 'yellow',
          query: promql`(${erring}) unless on (job, http_route) (${failing})`,
        },
        { name: 'failing', color: 'red', query: failing },
      ]),
      legend: ROUTE_LEGEND,
    },
  ],
};

export const responseTime: PanelSpec = {
  title: 'Response Time',
  description:
    'How long answers take: quantiles over all chosen routes, and the p95 over 5 minutes of each route, yellow and "slow" where it is longer than the route may take.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], requests, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], requests, rateInterval), legend: 'p95' },
    { query: quantile(0.99, [], requests, rateInterval), legend: 'p99' },
    {
      ...byState([{ name: 'slow', color: 'yellow', query: slow }]),
      legend: ROUTE_LEGEND,
    },
  ],
};

const away = alertNamed('HttpDependencyFailing').expr;

export const dependencies: PanelSpec = {
  title: 'Dependencies',
  description:
    'The share of what each service asks of others that fails (no answer, or a 5xx), over the shortest of 5 minutes, 15 minutes and an hour that holds ten requests; red and "failing" where somebody is told.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`${http.dependencies.failedShare} unless on (job, server_address) (${away})`,
        },
        { name: 'failing', color: 'red', query: away },
      ]),
      legend: '{{job}} {{server_address}}',
    },
  ],
};

export const events: PanelSpec = {
  title: 'Events Received',
  description:
    'Events that were taken in per second, by kind; what no kind was declared for is "other". What becomes of them is on Worker & Queue.',
  type: 'timeseries',
  unit: unit.perSecond,
  ...HALF,
  queries: [
    {
      query: promql`sum by (event_type) (rate(${eventsReceived}[${rateInterval}]))`,
      legend: '{{event_type}}',
    },
  ],
};

const total = (
  title: string,
  description: string,
  query: Query,
  shown: PanelSpec['unit'],
  legend = '',
): PanelSpec => ({
  title,
  description,
  type: 'stat',
  unit: shown,
  width: 6,
  height: 6,
  queries: [{ query, legend }],
});

/** The numbers of reference system 003: what is asked for now and was in a day, and for how long the service has been up. */
export const totals: readonly PanelSpec[] = [
  total(
    'Requests Now',
    'Requests per second to all chosen routes.',
    promql`sum (rate(${counted}[${rateInterval}]))`,
    unit.requestsPerSecond,
  ),
  total(
    'Requests (24h)',
    'Requests to the chosen routes in the last 24 hours, those to processes that have ended since too.',
    promql`sum (${grownIn(http.requestsTotal, days(1))})`,
    unit.count,
  ),
  total(
    'Failures (24h)',
    'Those of them that failed on our side.',
    promql`sum (${grownIn(http.failuresTotal, days(1))})`,
    unit.count,
  ),
  total(
    'API Uptime',
    'For how long the youngest process of each service that answers requests has run.',
    promql`min by (job) (time() - ${{ descriptor: processStart }}) and on (job) ${http.requestsTotal}`,
    unit.seconds,
    '{{job}}',
  ),
];
