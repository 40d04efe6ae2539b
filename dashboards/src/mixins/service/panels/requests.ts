import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { countOf, type MetricReference, promql, sync } from '@sightglass/rules';
import { syncRequestDuration } from '@sightglass/scheduler/metrics';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { quantile, rateInterval, window } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 9 } as const;

const requests: MetricReference = { descriptor: httpServerRequestDuration };
const erring = alertNamed('HttpErrorRatioHigh').expr;
const failing = alertNamed('HttpErrorRatioCritical').expr;
const rate = promql`rate(${countOf(requests)}[${rateInterval}])`;

export const responseTime: PanelSpec = {
  title: 'API Response Time',
  description:
    'How long the chosen processes take to answer requests: quantiles over all of them, and the p95 of the five slowest routes. Red lines in "Sync Impact on CPU" at the same time say that a sync was under way.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], requests, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], requests, rateInterval), legend: 'p95' },
    { query: quantile(0.99, [], requests, rateInterval), legend: 'p99' },
    {
      query: promql`topk(5, ${quantile(0.95, ['http_route'], requests, rateInterval)})`,
      legend: 'p95 {{http_route}}',
    },
  ],
};

export const requestRate: PanelSpec = {
  title: 'HTTP Requests Per Second',
  description: 'Requests that the chosen processes answered: all, and by status.',
  type: 'timeseries',
  unit: unit.requestsPerSecond,
  ...HALF,
  queries: [
    { query: promql`sum (${rate})`, legend: 'total' },
    {
      query: promql`sum by (http_response_status_code) (${rate})`,
      legend: 'status {{http_response_status_code}}',
    },
  ],
};

export const requestsNow: PanelSpec = {
  title: 'Requests/sec',
  description:
    'Requests that the chosen processes answer now; and those of them to routes that fail: yellow and "high" beyond what a route may, red and "failing" where somebody is paged.',
  type: 'stat',
  unit: unit.requestsPerSecond,
  width: 6,
  height: 6,
  queries: [
    {
      ...byState([
        { name: 'ok', color: 'green', query: promql`sum (${rate}) unless on () (${erring} or ${failing})` },
        {
          name: 'high',
          color: 'yellow',
          query: promql`sum (${rate} and on (job, http_route) (${erring})) unless on () (${failing})`,
        },
        { name: 'failing', color: 'red', query: promql`sum (${rate} and on (job, http_route) (${failing}))` },
      ]),
      legend: '',
    },
  ],
};

const timeouts = alertNamed('SyncSourceTimeouts').expr;

export const providerTimes: PanelSpec = {
  title: 'Provider API Response Times',
  description:
    'How long each source takes to answer one request of a sync: median and p95 over at least four declared intervals. On the right axis how long ago requests to it last timed out, while that is told of.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, ['job_name', 'source'], syncRequestDuration, window), legend: 'p50 {{source}}' },
    { query: quantile(0.95, ['job_name', 'source'], syncRequestDuration, window), legend: 'p95 {{source}}' },
    {
      ...byState([
        {
          name: 'none',
          color: 'green',
          query: promql`0 * ${sync.sourceAge} unless on (job_name, source) (${timeouts})`,
        },
        { name: 'seen', color: 'red', query: timeouts },
      ]),
      legend: '{{source}} timeouts',
      rightAxis: unit.seconds,
    },
  ],
};
