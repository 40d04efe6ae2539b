import { anomalyRules } from '../../engine/anomalies/index.ts';
import type { Recording } from '../../engine/model/rule.ts';
import { hours } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { grownIn } from '../../engine/remembered/index.ts';
import { requestsTotal } from '../http/recordings.ts';
import { enqueuedTotal } from '../queues/counts.ts';

/*
 * What comes in all the time, hour by hour. It has its days and its weeks, so an hour is compared with the same hour a week ago.
 */

/** Requests to each service. */
export const requests = anomalyRules({
  metric: 'http_server_requests',
  by: ['job'],
  hour: promql`sum by (job) (${grownIn(requestsTotal, hours(1))})`,
  counts: true,
  methods: ['seasonal'],
});

/** Items put into each queue. */
export const intake = anomalyRules({
  metric: 'queue_enqueued_items',
  by: ['queue'],
  hour: grownIn(enqueuedTotal, hours(1)),
  counts: true,
  methods: ['seasonal'],
});

/** In the order in which they read each other. */
export const trafficRecordings: readonly Recording[] = [...requests.recordings, ...intake.recordings];
