import {
  httpClientRequestDuration,
  httpServerErrorObjective,
  httpServerLatencyObjective,
  httpServerRequestDuration,
} from '@sightglass/core/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days, minutes } from '../../engine/promql/duration.ts';
import {
  bucketOf,
  countOf,
  type MetricReference,
  promql,
  type Query,
  where,
} from '../../engine/promql/promql.ts';
import type { Threshold } from '../../engine/promql/threshold.ts';
import { counting, thing } from '../../engine/remembered/index.ts';
import { clockSkew } from '../telemetry/thresholds.ts';
import { failuresOf } from './failures.ts';
import { defaultErrorRatio, defaultLatency, errorCriticalRatio } from './thresholds.ts';

/*
 * How many of the requests to each route fail on our side, counted over all processes of a service. A service is told by the `job` of its targets.
 * Whoever measured them: the library and OpenTelemetry's instrumentations give the metric the same name and labels.
 */

export const PER_ROUTE = ['job', 'http_route'] as const;

const requests: MetricReference = countOf({ descriptor: httpServerRequestDuration });
const failedRequests = where(requests, { http_response_status_code: { matches: '5..' } });
const objectives = {
  errors: { descriptor: httpServerErrorObjective },
  latency: { descriptor: httpServerLatencyObjective },
} as const;

/** By how many processes each route is served, or has something promised; without a route, those that were matched by none, and what is promised of every route. */
const served: Recording = {
  record: 'job_http_route:http_server_processes:count',
  labels: PER_ROUTE,
  expr: promql`count by (job, http_route) (
      group by (job, instance, http_route) (${requests} or ${objectives.errors} or ${objectives.latency})
    )`,
};

/** Routes. One that nobody asks for is not exported by a process that began since, so what no process has now is not retired. */
export const route = thing({
  labels: PER_ROUTE,
  noun: 'http_route',
  declared: served,
  keptFor: days(1),
  clockTolerance: clockSkew,
});

const counts = counting('http');

const failures = failuresOf({
  labels: PER_ROUTE,
  noun: 'http_server',
  what: 'requests',
  counts,
  asked: requests,
  failed: failedRequests,
  known: route.known,
});

/** Requests since the route was first known, and those that failed. */
export const requestsTotal = failures.askedTotal;
export const failuresTotal = failures.failedTotal;
export const requestsJustNow = failures.justAsked;
export const failuresInWindow = failures.failedInWindow;
export const { failedShare, allFail } = failures;

export const PER_DEPENDENCY = ['job', 'server_address'] as const;

const calls: MetricReference = countOf({ descriptor: httpClientRequestDuration });

/** What each service asks of others, by where it asks. That the other refuses what we ask (4xx) is no failure of its. */
export const dependencies = failuresOf({
  labels: PER_DEPENDENCY,
  noun: 'http_client',
  what: 'requests',
  counts,
  asked: calls,
  failed: where(calls, { error_type: { not: '' }, http_response_status_code: { matches: '5..|' } }),
});

/** What a route promises, else what its service does of every route, else the default. */
const promised = (own: Recording, otherwise: Threshold): Query => promql`(
    ${where(own, { http_route: { not: '' } })} and on (job, http_route) ${requestsTotal}
    or on (job, http_route)
    0 * ${requestsTotal} + on (job) group_left () ${where(own, { http_route: '' })}
    or on (job, http_route)
    0 * ${requestsTotal} + ${otherwise}
  )`;

const statedErrors = route.stated(objectives.errors);

export const errorObjective: Recording = {
  record: 'job_http_route:http_server_error_objective_ratio:effective',
  labels: PER_ROUTE,
  expr: promised(statedErrors, defaultErrorRatio),
};

/** Beyond it somebody is paged. */
export const errorLimit = promql`(${errorCriticalRatio} * ${errorObjective})`;

const statedLatency = route.stated(objectives.latency);

export const latencyObjective: Recording = {
  record: 'job_http_route:http_server_latency_objective_seconds:effective',
  labels: PER_ROUTE,
  expr: promised(statedLatency, defaultLatency),
};

/** Of a histogram's bounds only what just happened is read, once for all replicas of a route: as a total, each bound would be a series of its own. */
const LATENCY_WINDOW = minutes(5);

/** Within what time 95 % of the requests were answered. */
export const latency: Recording = {
  record: 'job_http_route:http_server_request_duration_seconds:quantile_5m',
  labels: PER_ROUTE,
  expr: promql`histogram_quantile(
      ${0.95},
      sum by (job, http_route, le) (rate(${bucketOf({ descriptor: httpServerRequestDuration })}[${LATENCY_WINDOW}]))
    ) >= ${0}`,
};

/** Evaluated less often: it reads the most samples. */
export const latencyRecordings: readonly Recording[] = [latency];

/** In the order in which they read each other. */
export const httpRecordings: readonly Recording[] = [
  ...counts.processes,
  served,
  ...route.register,
  ...failures.recordings,
  ...dependencies.recordings,
  statedErrors,
  errorObjective,
  statedLatency,
  latencyObjective,
];
