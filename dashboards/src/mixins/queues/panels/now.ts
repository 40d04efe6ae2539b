import { countOf, days, grownIn, promql, queues, sumOf, where } from '@sightglass/rules';
import { queueBatchSize } from '@sightglass/worker/metrics';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rateInterval } from '../../../engine/window.ts';

const QUARTER = { type: 'stat', width: 6, height: 7 } as const;

/** Depths of queues whose fill is within these bounds; one without a capacity is never too deep. */
const filled = (above: typeof queues.queueDepthHigh, below?: typeof queues.queueDepthHigh) => {
  const beyond = promql`${queues.depth} and on (queue) (${queues.fill} > ${above})`;
  return below === undefined ? beyond : promql`${beyond} unless on (queue) (${queues.fill} > ${below})`;
};

export const currentDepth: PanelSpec = {
  title: 'Current Queue Depth',
  description:
    'Items that wait now: yellow where a queue is longer than usual, red where it is half full or nearly full, by the capacity that it declares.',
  ...QUARTER,
  unit: unit.count,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`${queues.depth} unless on (queue) (${queues.fill} > ${queues.queueDepthHigh})`,
        },
        { name: 'long', color: 'yellow', query: filled(queues.queueDepthHigh, queues.queueDepthCritical) },
        { name: 'deep', color: 'red', query: filled(queues.queueDepthCritical, queues.queueNearCapacity) },
        { name: 'full', color: 'red', query: filled(queues.queueNearCapacity) },
      ]),
      legend: '{{queue}}',
    },
  ],
};

export const processedInDay: PanelSpec = {
  title: 'Processed (24h)',
  description: 'Items that were worked off in the last 24 hours, by all processes, those that are gone too.',
  ...QUARTER,
  unit: unit.count,
  queries: [
    {
      query: promql`sum by (queue) (${grownIn(where(queues.processedTotal, { outcome: 'success' }), days(1))})`,
      legend: '{{queue}}',
    },
  ],
};

const enough = promql`(${queues.judgedInWindow} >= ${queues.queueErrorItems})`;
const high = promql`(${queues.failedShare} > on (queue) ${queues.errorObjective} and on (queue) ${enough})`;
const failing = promql`(${queues.failedShare} > ${queues.queueFailingRatio} and on (queue) ${enough} or on (queue) ${queues.allFail})`;

export const errorRate: PanelSpec = {
  title: 'Error Rate',
  description:
    'The share of the attempts of the last quarter of an hour that failed, ran out of time or stalled. Yellow above what the queue promises, red where most did, or twenty in a row; a share of fewer than twenty is green.',
  ...QUARTER,
  unit: unit.ratio,
  max: 1,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`${queues.failedShare} unless on (queue) ${high} unless on (queue) ${failing}`,
        },
        { name: 'high', color: 'yellow', query: promql`${high} unless on (queue) ${failing}` },
        { name: 'failing', color: 'red', query: failing },
      ]),
      legend: '{{queue}}',
    },
  ],
};

export const averageBatch: PanelSpec = {
  title: 'Average Batch Size',
  description: 'Items that a batch held on average.',
  ...QUARTER,
  unit: unit.count,
  queries: [
    {
      query: promql`sum by (queue) (rate(${sumOf(queueBatchSize)}[${rateInterval}])) / on (queue) (sum by (queue) (rate(${countOf(queueBatchSize)}[${rateInterval}])) > 0)`,
      legend: '{{queue}}',
    },
  ],
};
