import { httpServerRequestDuration } from '@sightglass/core/metrics';
import { countOf, type MetricReference, where } from '../../engine/promql/promql.ts';
import type { Slo, SloOptions } from '../../engine/slo/model.ts';
import { slo } from '../../engine/slo/slo.ts';

/** What {@link routeSlo} takes: what `slo` does, with routes instead of an SLI. */
export interface RouteSloOptions extends Omit<SloOptions, 'sli' | 'explainedBy'> {
  /** The patterns of the routes that it is about, as they stand in `http_route`: `['/orders', '/orders/:id']`. Default: all. */
  readonly routes?: readonly string[];
  /** Requests to a route, or with `together` to all of them, in a quiet hour: alerts ask for as many failures as that makes a rate. */
  readonly eventsPerHour: number;
  /** Promises that requests are answered within so many seconds, a bucket of `http_server_request_duration_seconds`. Default: that they do not fail on our side (5xx). */
  readonly withinSeconds?: number;
  /** One budget for all of the routes. Default false: each has its own. */
  readonly together?: boolean;
}

/**
 * An SLO on requests to HTTP routes, for the `slos` of a mixin: that they do not fail, or are answered in time. While `HttpErrorRatioCritical` tells of a route, its budget wakes nobody
 * once more. Throws a `DeclarationError` that lists every problem.
 *
 * ```ts
 * routeSlo({
 *   name: 'checkout', description: 'Of the requests of a checkout, 99.9 % within any 30 days do not fail.', owner: 'team-shop', runbook: 'checkout',
 *   routes: ['/basket/:id', '/orders'], objective: 0.999, windowDays: 30, eventsPerHour: 600,
 * });
 * ```
 */
export function routeSlo(options: RouteSloOptions): Slo {
  const { routes, eventsPerHour, withinSeconds, together, ...promise } = options ?? {};
  const all: MetricReference = { descriptor: httpServerRequestDuration };
  const requests = routes === undefined ? all : where(all, { http_route: routes });
  const by = together ? [] : ['http_route'];
  const failed = where(requests, { http_response_status_code: { matches: '5..' } });
  return slo({
    ...promise,
    // One budget of many routes is not told of by the alert on one.
    explainedBy: together ? [] : ['HttpErrorRatioCritical'],
    sli:
      withinSeconds === undefined
        ? { kind: 'ratio', by, eventsPerHour, total: countOf(requests), bad: countOf(failed) }
        : { kind: 'latency', by, eventsPerHour, histogram: requests, withinSeconds },
  });
}
