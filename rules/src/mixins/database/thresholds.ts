import { seconds } from '../../engine/promql/duration.ts';
import { threshold } from '../../engine/promql/threshold.ts';

/* What the alerts on databases compare with. */

export const poolHigh = threshold(
  'database_pool_high_ratio',
  0.8,
  '003-A10: more than 80 connections, of the hundred that a pool may have. As a share of what the pool says that it may have.',
);

export const poolWaiting = threshold(
  'database_pool_waiting',
  0,
  'Whoever waits for a connection for minutes waits because there are too few, or because somebody does not give them back.',
);

export const slowOperation = threshold(
  'database_operation_seconds',
  seconds(1),
  '003-A11: a p95 of more than a second.',
);

export const leastForSpeed = threshold(
  'database_operations',
  20,
  'Of fewer operations, the p95 is that of the slowest one.',
);
