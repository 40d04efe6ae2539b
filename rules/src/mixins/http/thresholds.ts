import { seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/*
 * What the alerts on HTTP requests compare with, where the application declares no objective of its own (`observeHttpServer({ objectives })`).
 */

export const defaultErrorRatio = threshold(
  'http_error_ratio',
  0.05,
  '003-A1: more than 5 % of the requests fail on our side. For routes that declare no error ratio.',
);

export const errorCriticalRatio = threshold(
  'http_error_critical_ratio',
  2,
  '003-A2: 10 %, which is twice the 5 % of the warning; twice what a route promises, where it promises something.',
);

export const leastFailures = threshold(
  'http_failures',
  3,
  'Three requests that failed: one or two are no rate, however few there were (TR-21). SLOs on requests ask for as many.',
);

export const leastRequests = threshold(
  'http_requests',
  10,
  'A window with fewer requests is too short to judge the route by, and a longer one is taken: with ten, one failure is no more than the tenth at which somebody is paged.',
);

export const dependencyFailing = threshold(
  'http_dependency_error_ratio',
  0.5,
  'Half of what is asked of another service: it is down for us, whoever is to blame. What fails less often is met by asking again.',
);

export const defaultLatency = threshold(
  'http_latency_seconds',
  seconds(1),
  '003-A3: a p95 of more than a second. For routes that declare no latency.',
);

export const leastForLatency = threshold(
  'http_latency_requests',
  20,
  'Of fewer requests, the p95 is that of the slowest one.',
);
