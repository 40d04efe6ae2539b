import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import {
  allFail,
  dependencies,
  errorLimit,
  errorObjective,
  failedShare,
  failuresInWindow,
  latency,
  latencyObjective,
  requestsJustNow,
} from './recordings.ts';
import { dependencyFailing, leastFailures, leastForLatency } from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-api', panel: title });

/** Failing often enough to be a rate. */
const isRate = promql`(${failuresInWindow} >= ${leastFailures})`;

const ROUTE = '{{ with $labels.http_route }}{{ . }}{{ else }}no known route{{ end }}';

/** The alerts on failures, each by service and route: what a client did wrong (4xx) is none of them. */
export const errorAlerts: readonly AlertOptions[] = [
  {
    alert: 'HttpErrorRatioCritical',
    expr: promql`${failedShare} > on (job, http_route) ${errorLimit} and on (job, http_route) ${isRate}
      or on (job, http_route)
      ${allFail}`,
    for: minutes(1),
    keepFiringFor: minutes(2),
    severity: 'critical',
    summary: 'Many requests to a route fail on our side.',
    description: `Service {{ $labels.job }} answers {{ $value | humanizePercentage }} of the requests to ${ROUTE} with an error of its own (5xx).`,
    impact: 'Whoever uses the route does not get what they ask for.',
    action: 'See when it began and what was changed then; look up the error in the log of a failed request.',
    runbook: 'http',
    dashboard: panel('Error Rate'),
  },
  {
    alert: 'HttpErrorRatioHigh',
    expr: promql`${failedShare} > on (job, http_route) ${errorObjective} and on (job, http_route) ${isRate}`,
    for: minutes(2),
    keepFiringFor: minutes(2),
    severity: 'warning',
    summary: 'More requests to a route fail on our side than may.',
    description: `Service {{ $labels.job }} answers {{ $value | humanizePercentage }} of the requests to ${ROUTE} with an error of its own (5xx).`,
    impact: 'Some of those who use the route do not get what they ask for, or have to ask again.',
    action: 'See since when, at which status and in which process; look up the error in the log.',
    runbook: 'http',
    dashboard: panel('Error Rate'),
  },
];

/** The alert on what a service asks of others. */
export const dependencyAlerts: readonly AlertOptions[] = [
  {
    alert: 'HttpDependencyFailing',
    expr: promql`${dependencies.failedShare} > ${dependencyFailing}
      and on (job, server_address) (${dependencies.failedInWindow} >= ${leastFailures})
      or on (job, server_address)
      ${dependencies.allFail}`,
    for: minutes(2),
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'Another service, which this one calls, fails.',
    description:
      'Of what service {{ $labels.job }} asks of {{ $labels.server_address }}, {{ $value | humanizePercentage }} fails.',
    impact: 'What needs the other service fails, or does without.',
    action: 'Ask the other service by hand from where this one runs; look at its status page.',
    runbook: 'http',
    dashboard: panel('Dependencies'),
  },
];

/** The alerts on how long answers take. */
export const latencyAlerts: readonly AlertOptions[] = [
  {
    alert: 'HttpLatencyHigh',
    expr: promql`${latency} > on (job, http_route) ${latencyObjective}
      and on (job, http_route) (${requestsJustNow} >= ${leastForLatency})`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'Requests to a route take longer than they may.',
    description: `Of the requests to ${ROUTE}, service {{ $labels.job }} answers 5 % later than after {{ $value | humanizeDuration }}.`,
    impact: 'Users wait; some give up or ask again, which makes it worse.',
    action: 'See what became slower with it: the database, another service, or the process itself.',
    runbook: 'http',
    dashboard: panel('Response Time'),
  },
];
