import { httpServerRequestDuration, processStart as processStartDescriptor } from '@sightglass/core/metrics';
import { queueEnqueued } from '@sightglass/worker/metrics';
import { anomalyRules } from '../../engine/anomalies/index.ts';
import { hours } from '../../engine/promql/duration.ts';
import { asSeconds, countOf, type MetricReference, promql, type Query } from '../../engine/promql/promql.ts';
import { grownIn } from '../../engine/remembered/index.ts';
import { requestsTotal } from '../http/recordings.ts';
import { enqueuedTotal } from '../queues/counts.ts';

/*
 * What comes in all the time, hour by hour. It has its days and its weeks, so an hour is compared with the same hour a week ago.
 *
 * An hour is one of which all is known. What came in while Prometheus was away, or could not reach a process, is counted when it is back, and would be an hour with the requests of several,
 * now and once more when it is what was a week ago. And where nobody counts any more, that is told of by whoever watches the service: it is no hour in which nothing came.
 */

const HOUR = hours(1);
const processStart: MetricReference = { descriptor: processStartDescriptor };

/** Processes that are older than an hour and could not be seen an hour ago. */
const back = promql`((${processStart} < time() - ${asSeconds(HOUR)}) unless on (job, instance) ${processStart} offset ${HOUR})`;

const requestCount = countOf({ descriptor: httpServerRequestDuration });
const ofRequests: Query = promql`sum by (job) (${grownIn(requestsTotal, HOUR)})
    and on (job) ${requestsTotal} offset ${HOUR}
    and on (job) ${requestCount}
    unless on (job) ${back}`;

const ofIntake: Query = promql`${grownIn(enqueuedTotal, HOUR)}
    and on (queue) ${enqueuedTotal} offset ${HOUR}
    and on (queue) ${queueEnqueued}
    unless on (queue) (${queueEnqueued} and on (job, instance) ${back})`;

/** Requests to each service. */
export const requests = anomalyRules({
  metric: 'http_server_requests',
  by: ['job'],
  hour: ofRequests,
  counts: true,
  methods: ['seasonal'],
});

/** Items put into each queue. */
export const intake = anomalyRules({
  metric: 'queue_enqueued_items',
  by: ['queue'],
  hour: ofIntake,
  counts: true,
  methods: ['seasonal'],
});
