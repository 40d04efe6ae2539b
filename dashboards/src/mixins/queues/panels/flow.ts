import { countOf, promql, type Query, queues, sumOf } from '@sightglass/rules';
import {
  queueBatchSize,
  queueConsumers,
  queueDeadLetters,
  queueEnqueued,
  queueErrors,
  queueInFlight,
  queueProcessed,
  queueProcessingDuration,
  queueRedriven,
  queueRetries,
  queueSlots,
  queueWaitDuration,
} from '@sightglass/worker/metrics';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { quantile, rateInterval } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 10 } as const;

/** The eight queues with most, which no plot has more of. */
const most = (query: Query): Query => promql`topk(8, ${query})`;

/** A limit of the queues that are shown, where it is within twice of what is compared with it: a far one would flatten the others. */
const near = (limit: Query, compared: Query): Query => promql`${limit} <= on (queue) 2 * ${most(compared)}`;

const depth = promql`${queues.depth}`;

export const queueDepth: PanelSpec = {
  title: 'Queue Depth',
  description:
    'Items that wait, of the eight deepest queues. The red lines are where a queue is half full and nearly full, the yellow one where it is longer than usual, by the capacity that each declares; each is drawn where it is near. On the right axis, the share of the capacity that is filled.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: most(depth), legend: '{{queue}}' },
    {
      query: near(promql`${queues.queueNearCapacity} * ${queues.capacity}`, depth),
      legend: '{{queue}} nearly full',
      color: 'red',
      limit: true,
    },
    {
      query: near(promql`${queues.queueDepthCritical} * ${queues.capacity}`, depth),
      legend: '{{queue}} half full',
      color: 'red',
      limit: true,
    },
    {
      query: near(promql`${queues.queueDepthHigh} * ${queues.capacity}`, depth),
      legend: '{{queue}} long',
      color: 'yellow',
      limit: true,
    },
    {
      query: most(promql`${queues.fill}`),
      legend: '{{queue}} filled',
      rightAxis: unit.ratio,
      line: queues.queueNearCapacity,
    },
  ],
};

const perMinute = (
  outcome: 'success' | 'failed' | 'timed_out' | 'stalled' | 'discarded',
  legend: string,
  color?: Color,
): PanelQuery => ({
  query: promql`60 * sum (rate(${queueProcessed.where({ outcome })}[${rateInterval}]))`,
  legend,
  ...(color && { color }),
});

export const processed: PanelSpec = {
  title: 'Events Processed',
  description: 'Attempts to work off an item that ended, per minute, by what became of them.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [
    perMinute('success', 'success', 'green'),
    perMinute('failed', 'failed', 'red'),
    perMinute('timed_out', 'timed out', 'yellow'),
    perMinute('stalled', 'stalled'),
    perMinute('discarded', 'discarded'),
  ],
};

export const batchSizes: PanelSpec = {
  title: 'Batch Size Distribution',
  description: 'Items that a batch held: quantiles over the chosen queues, and the mean.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], queueBatchSize, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], queueBatchSize, rateInterval), legend: 'p95' },
    { query: quantile(0.99, [], queueBatchSize, rateInterval), legend: 'p99' },
    {
      query: promql`sum (rate(${sumOf(queueBatchSize)}[${rateInterval}])) / (sum (rate(${countOf(queueBatchSize)}[${rateInterval}])) > 0)`,
      legend: 'mean',
    },
  ],
};

const slowest = quantile(0.95, ['queue'], queueProcessingDuration, rateInterval);

export const processingTime: PanelSpec = {
  title: 'Processing Time',
  description:
    'How long a piece of work takes, an item or a batch: quantiles over the chosen queues, the p95 of the five slowest, and the average of the three that take longest, over a quarter of an hour. The red line is what a queue promises, drawn where the average is near it.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], queueProcessingDuration, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], queueProcessingDuration, rateInterval), legend: 'p95' },
    { query: quantile(0.99, [], queueProcessingDuration, rateInterval), legend: 'p99' },
    { query: promql`topk(5, ${slowest})`, legend: 'p95 {{queue}}' },
    { query: promql`topk(3, ${queues.meanDuration})`, legend: '{{queue}} average' },
    {
      query: promql`${queues.durationObjective} <= on (queue) 2 * topk(5, ${queues.meanDuration})`,
      legend: '{{queue}} objective',
      color: 'red',
      limit: true,
    },
  ],
};

export const errorsByType: PanelSpec = {
  title: 'Worker Errors by Type',
  description: 'Errors of workers per minute by kind, of the eight kinds and queues with most.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [
    {
      query: promql`topk(8, 60 * sum by (queue, error_type) (rate(${queueErrors}[${rateInterval}])) > 0)`,
      legend: '{{queue}} {{error_type}}',
    },
  ],
};

const rateOf = (counter: Parameters<typeof countOf>[0], legend: string, color?: Color): PanelQuery => ({
  query: promql`60 * sum (rate(${counter}[${rateInterval}]))`,
  legend,
  ...(color && { color }),
});

export const operations: PanelSpec = {
  title: 'Queue Operations',
  description:
    'What happens to items per minute, over the chosen queues: put in, started (where their wait is told), tried again, given up, put back. On the right axis, items that each queue gave up within an hour. Should be 0.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [
    rateOf(queueEnqueued, 'enqueued', 'blue'),
    rateOf(countOf(queueWaitDuration), 'started'),
    rateOf(queueRetries, 'retried', 'yellow'),
    rateOf(queueDeadLetters, 'given up'),
    rateOf(queueRedriven, 'put back'),
    {
      query: promql`topk(8, ${queues.deadInHour} > 0)`,
      legend: '{{queue}} given up in an hour',
      color: 'red',
      rightAxis: unit.count,
    },
  ],
};

const oldest = promql`${queues.oldestAge}`;

export const waiting: PanelSpec = {
  title: 'Waiting Time',
  description:
    'How long items waited for their start: quantiles over the chosen queues; and how long the oldest has waited that is still there, of the eight queues where it is longest. The red line is what a queue promises, drawn where it is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], queueWaitDuration, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], queueWaitDuration, rateInterval), legend: 'p95' },
    { query: most(oldest), legend: '{{queue}} oldest' },
    {
      query: near(promql`${queues.waitObjective}`, oldest),
      legend: '{{queue}} objective',
      color: 'red',
      limit: true,
    },
  ],
};

export const consumers: PanelSpec = {
  title: 'Consumers',
  description:
    'Consumers that take items now, pieces of work under way, and how many may be, of all processes and chosen queues together. On the right axis, for how long nobody has consumed a queue, and which service did.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: promql`sum (${queueConsumers})`, legend: 'consumers' },
    { query: promql`sum (${queueInFlight})`, legend: 'under way' },
    { query: promql`sum (${queueSlots})`, legend: 'slots', limit: true },
    {
      query: alertNamed('QueueNoConsumer').expr,
      legend: '{{queue}} of {{job}} unconsumed',
      color: 'red',
      rightAxis: unit.seconds,
    },
  ],
};
