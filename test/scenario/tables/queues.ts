import { type Told, tablesOf } from './alerts.ts';
import type { Labels, Table } from './table.ts';

/*
 * When the expression of an alert on queues holds, and what it says, by what is recorded: without how long it has to hold, which stories tell.
 */

const QUEUE = ['queue'];
const known = (name: string) => `queue:${name}:last_known`;

/** A value that the alert speaks of while it is above a limit, which may not be known. */
const above = (value: number | undefined, limit: number | undefined) =>
  value !== undefined && limit !== undefined && value > limit ? value : undefined;

const isEnabled = ({ now }: Told) => now(known('queue_enabled'), [undefined, 0, 1, 1, 1, 2]) === 1;

const filled = (limit: number) => (told: Told) =>
  above(
    told.now('queue:queue_fill:ratio', [
      undefined,
      limit - 0.05,
      limit,
      limit + 0.001,
      limit + 0.05,
      2 * limit,
    ]),
    limit,
  );

const unconsumed = (told: Told) => {
  const since = told.now(known('queue_unconsumed_seconds'), [undefined, -1, 0, 0, 1, 120]);
  return isEnabled(told) ? above(since, 0) : undefined;
};

const consumer = ({ sheet, subject }: Told): Labels | undefined => {
  const job = sheet.dice.one(undefined, 'api', 'worker');
  if (job === undefined) return undefined;
  sheet.tell('queue_job:queue_consumer:info', { ...subject, job }, 1);
  return { job };
};

const stalled = (told: Told) => {
  const still = told.now(known('queue_standstill_seconds'), [
    undefined,
    100,
    120,
    121,
    300,
    301,
    390,
    400,
    401,
    900,
  ]);
  const wait = told.now(known('queue_wait_objective_seconds'), [undefined, 60, 120, 300, 300]);
  const work = told.now(known('queue_duration_objective_seconds'), [undefined, 10, 60, 150, 200]);
  const isTold = told.fires(['QueueNoConsumer'], QUEUE);
  const limits = [wait, work === undefined ? undefined : 2 * work].filter((limit) => limit !== undefined);
  const limit = limits.length === 0 ? undefined : Math.max(120, ...limits);
  return isTold ? undefined : above(still, limit);
};

const tooOld = (told: Told) => {
  const age = told.now(known('queue_oldest_ready_age_seconds'), [undefined, 250, 300, 301, 400]);
  const wait = told.now(known('queue_wait_objective_seconds'), [undefined, 250, 300, 300]);
  return isEnabled(told) ? above(age, wait) : undefined;
};

const SHARES = [undefined, 0.04, 0.05, 0.051, 0.1, 0.5, 0.501, 0.9];

const failing = (limitOf: (told: Told) => number | undefined) => (told: Told) => {
  const share = told.now('queue:queue_failed_items:ratio_window', SHARES);
  const judged = told.now('queue:queue_judged_items:increase_window', [undefined, 19, 20, 20, 21, 300]);
  const limit = limitOf(told);
  return judged !== undefined && judged >= 20 ? above(share, limit) : undefined;
};

const slower = (metric: string, values: readonly (number | undefined)[], times: number) => (told: Told) => {
  const took = told.now(metric, values);
  const bound = told.now(known('queue_duration_objective_seconds'), [undefined, 60, 60, 70]);
  return above(took, bound === undefined ? undefined : times * bound);
};

/** The tables of the alerts on queues. */
export const queueTables: readonly Table[] = [
  ...tablesOf('QueueNoConsumer', QUEUE, 'queue', unconsumed, consumer),
  ...tablesOf('QueueStalled', QUEUE, 'queue', stalled),
  ...tablesOf('QueueNearCapacity', QUEUE, 'queue', filled(0.9)),
  ...tablesOf('QueueDepthCritical', QUEUE, 'queue', filled(0.5)),
  ...tablesOf('QueueDepthHigh', QUEUE, 'queue', filled(0.1)),
  ...tablesOf('QueueItemsTooOld', QUEUE, 'queue', tooOld),
  ...tablesOf(
    'QueueFailing',
    QUEUE,
    'queue',
    (told) =>
      failing(() => 0.5)(told) ??
      told.now('queue:queue_failed_items:ratio_in_a_row', [undefined, undefined, 1]),
  ),
  ...tablesOf(
    'QueueErrorsHigh',
    QUEUE,
    'queue',
    failing(({ now }) => now(known('queue_error_objective_ratio'), [undefined, 0.05, 0.05, 0.1])),
  ),
  ...tablesOf(
    'QueueWorkStuck',
    QUEUE,
    'queue',
    slower('queue:queue_working_seconds:max', [undefined, 280, 300, 301, 350, 351, 400], 5),
  ),
  ...tablesOf(
    'QueueSlow',
    QUEUE,
    'queue',
    slower('queue:queue_processing_duration_seconds:mean_window', [undefined, 50, 60, 61, 70, 71, 80], 1),
  ),
  ...tablesOf('QueueDeadLetters', QUEUE, 'queue', ({ now }) =>
    above(now('queue:queue_dead_letters:increase_hour', [undefined, -1, 0, 0, 1, 5]), 0),
  ),
  ...tablesOf('QueueDisabled', QUEUE, 'queue', ({ now }) =>
    now(known('queue_enabled'), [undefined, -1, 0, 0, 1]) === 0 ? 0 : undefined,
  ),
];
