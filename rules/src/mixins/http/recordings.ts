import {
  httpServerErrorObjective,
  httpServerLatencyObjective,
  httpServerRequestDuration,
} from '@sightglass/core/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { type Duration, days, formatDuration, hours, minutes } from '../../engine/promql/duration.ts';
import {
  asSeconds,
  bucketOf,
  countOf,
  type MetricReference,
  promql,
  type Query,
  where,
} from '../../engine/promql/promql.ts';
import type { Threshold } from '../../engine/promql/threshold.ts';
import { counting, grownIn, justGrown, thing } from '../../engine/remembered/index.ts';
import { clockSkew } from '../telemetry/thresholds.ts';
import {
  defaultErrorRatio,
  defaultLatency,
  errorCriticalRatio,
  leastFailures,
  leastRequests,
} from './thresholds.ts';

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
const { known } = route;

const requestsCounted = counts.total(requests, { labels: PER_ROUTE, name: 'http_server_requests', known });
const failuresCounted = counts.total(failedRequests, {
  labels: PER_ROUTE,
  name: 'http_server_failures',
  known,
});

/** Requests since the route was first known, and those that failed. */
export const requestsTotal = requestsCounted.series;
export const failuresTotal = failuresCounted.series;

/** A route is judged by the shortest of these that holds enough requests. */
const WINDOWS: readonly [Duration, ...Duration[]] = [minutes(5), minutes(15), hours(1)];

const requestsIn = new Map(
  WINDOWS.map((window): [Duration, Recording] => [
    window,
    {
      record: `job_http_route:http_server_requests:increase_${formatDuration(window)}`,
      labels: PER_ROUTE,
      expr: grownIn(requestsTotal, window),
    },
  ]),
);

const either = (queries: readonly Query[]): Query =>
  queries.reduce(
    (all, each) => promql`${all}
      or on (job, http_route)
      ${each}`,
  );

/** The window of each route in seconds; absent where there were hardly any requests in the longest. */
export const windowSeconds: Recording = {
  record: 'job_http_route:http_window_seconds:selected',
  labels: PER_ROUTE,
  expr: either(
    WINDOWS.map(
      (window) => promql`0 * (${requestsIn.get(window)!} >= ${leastRequests}) + ${asSeconds(window)}`,
    ),
  ),
};

const overWindow = (over: (window: Duration) => Query): Query =>
  either(
    WINDOWS.map(
      (window) =>
        promql`(${over(window)} and on (job, http_route) (${windowSeconds} == ${asSeconds(window)}))`,
    ),
  );

export const failuresInWindow: Recording = {
  record: 'job_http_route:http_server_failures:increase_window',
  labels: PER_ROUTE,
  expr: overWindow((window) => grownIn(failuresTotal, window)),
};

export const requestsInWindow: Recording = {
  record: 'job_http_route:http_server_requests:increase_window',
  labels: PER_ROUTE,
  expr: overWindow((window) => promql`${requestsIn.get(window)!}`),
};

/** The share of the requests that failed, 0 to 1. */
export const failedShare: Recording = {
  record: 'job_http_route:http_server_failures:ratio_window',
  labels: PER_ROUTE,
  expr: promql`${failuresInWindow} / on (job, http_route) (${requestsInWindow} > 0)`,
};

/** Requests that did not fail. */
const answered: Recording = {
  record: 'job_http_route:http_server_answers:counted',
  labels: PER_ROUTE,
  expr: promql`${requestsTotal} - on (job, http_route) (${failuresTotal} or on (job, http_route) 0 * ${requestsTotal})`,
};

/** How many had failed when one last did not. */
const failedBefore = route.recording(
  'http_server_failures:at_last_answer',
  (self) => promql`(${failuresTotal} and on (job, http_route) ${justGrown(answered)})
    or on (job, http_route)
    ${known(self)}
    or on (job, http_route)
    0 * ${failuresTotal}`,
);

/** Failures since a request last did not fail, whichever process had it. */
export const failuresInARow: Recording = {
  record: 'job_http_route:http_server_failures:in_a_row',
  labels: PER_ROUTE,
  expr: promql`${failuresTotal} - on (job, http_route) ${failedBefore}`,
};

/** For how long a route that answers nothing but errors is told of, when nobody asks for it any more. */
const LONG_AGO = hours(6);

/** Routes that answer nothing but errors, however seldom they are asked for; as a share, which is 1. */
export const allFail: Recording = {
  record: 'job_http_route:http_server_failures:ratio_in_a_row',
  labels: PER_ROUTE,
  expr: promql`0 * (
      ${failuresInARow} >= ${leastFailures}
      and on (job, http_route)
      (${grownIn(failuresTotal, LONG_AGO)} >= ${leastFailures})
    ) + 1`,
};

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

/** Requests in that window. */
export const requestsJustNow = requestsIn.get(WINDOWS[0])!;

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
  ...requestsCounted.recordings,
  ...failuresCounted.recordings,
  ...requestsIn.values(),
  windowSeconds,
  requestsInWindow,
  failuresInWindow,
  failedShare,
  answered,
  failedBefore,
  failuresInARow,
  allFail,
  statedErrors,
  errorObjective,
  statedLatency,
  latencyObjective,
];
