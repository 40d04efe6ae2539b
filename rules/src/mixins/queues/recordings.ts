import {
  queueCapacity,
  queueConsumers,
  queueDurationObjective,
  queueErrorObjective,
  queueItems,
  queueItemsRead,
  queueLastProgress,
  queueLifecycle,
  queueOldestReady,
  queueOwner,
  queuePages,
  queueShared,
  queueWaitObjective,
  queueWorkStarted,
} from '@sightglass/worker/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { larger, promql, type RecordedSeries, where } from '../../engine/promql/promql.ts';
import { counting, enabledOf, kept, ownershipOf, thing } from '../../engine/remembered/index.ts';
import {
  queueClockTolerance,
  queueReadingKept,
  queueStalledDurations,
  queueStalledShortest,
} from './thresholds.ts';

/*
 * What is declared of queues, what people said of them, how full they are, and when something last moved. A queue that replicas share is one queue of which
 * each says the same; queues in the memory of processes are added up. Which of the two it is, each process says.
 */

export const PER_QUEUE = ['queue'] as const;
const PER_STATE = ['queue', 'state'] as const;

const named = (record: string): RecordedSeries => ({ record: `queue:${record}`, labels: PER_QUEUE });

/** Queues. One that no process has is remembered for a week. */
export const queue = thing({
  labels: PER_QUEUE,
  noun: 'queue',
  declared: queueWaitObjective,
  keptFor: days(7),
  retired: promql`(${queueLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: queueClockTolerance,
});

export const counts = counting('queues');

/** Queues of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (queue) (${queueLifecycle.where({ state })} == 1)`;

/** How long an item may wait, how long a piece of work may take, and which share of attempts may fail. */
export const waitObjective = queue.lastKnown(queueWaitObjective);
export const durationObjective = queue.lastKnown(queueDurationObjective);
export const errorObjective = queue.lastKnown(queueErrorObjective);

/** Whether all replicas have one queue (1), or each has its own (0). */
const shared = queue.lastKnown(queueShared);

/** Whether a queue is meant to be worked off, 1 or 0, by what was last said. A process that stands by or stops says nothing of that. */
export const enabled = enabledOf(queue, 'queue', inState);

/** Queues that are meant to be worked off. */
export const isEnabled = promql`(${enabled} == 1)`;
/** Queues that a person has disabled. */
export const isDisabled = promql`(${enabled} == 0)`;

const answering = ownershipOf(queue, 'queue', {
  owner: queueOwner,
  pages: queuePages,
});

/** The owner of each queue, and `pages="false"` on one that must wake nobody: one series of value 1 for each queue. */
export const { ownership } = answering;

/** The time at which each queue was last looked at: that of the oldest sample of its replicas; now, when no process has it. */
export const view: Recording = {
  ...named('queue_view_timestamp_seconds:min'),
  expr: promql`min by (queue) (timestamp(${queueWaitObjective}))
    or on (queue)
    0 * ${queue.seen} + time()`,
};

/** When somebody last could read how full each queue is. */
const lastRead = queue.recording(
  'queue_read_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (queue) (${queueItemsRead}) == 1) + time()
    or on (queue)
    ${queue.known(self)}`,
);

/** Shared queues that nobody can read now, and that somebody could not long ago: they hold what they held. */
const unread = promql`(${lastRead} < time() > time() - ${queueReadingKept} and on (queue) (${shared} == 1))`;

/** Series of processes that read well. One that can not repeats when the oldest item came, which may be gone. */
const readWell = promql`(${queueItemsRead} == 1)`;
const isShared = promql`(${queueShared} == 1)`;
const isOwn = promql`(${queueShared} == 0)`;

const ITEMS: RecordedSeries = { record: 'queue_state:queue_items:last_known', labels: PER_STATE };

/** Items of each queue by where they are. */
export const items: Recording = kept({
  ...ITEMS,
  expr: promql`max by (queue, state) (${queueItems} and on (queue, job, instance) ${isShared})
    or on (queue, state)
    sum by (queue, state) (${counts.once(queueItems)} and on (queue, job, instance) ${isOwn})
    or on (queue, state)
    (${queue.known(ITEMS)} and on (queue) ${unread})`,
});

/** Items that may be taken now. */
export const ready = promql`max by (queue) (${where(items, { state: 'ready' })})`;

/** Items that wait: those that are not under way, and not given up. */
export const depth: Recording = {
  ...named('queue_depth:last_known'),
  expr: promql`sum by (queue) (${where(items, { state: ['ready', 'deferred', 'waiting_children'] })})`,
};

/** The room that each queue declares, that of the processes together where each has its own. */
export const capacity = queue.recording(
  'queue_capacity:last_known',
  (self) => promql`max by (queue) (${queueCapacity} and on (queue, job, instance) ${isShared})
    or on (queue)
    sum by (queue) (${counts.once(queueCapacity)} and on (queue, job, instance) ${isOwn})
    or on (queue)
    (${queue.known(self)} unless on (queue) ${queueWaitObjective})`,
);

/** How full each queue is, as a share of its room. */
export const fill: Recording = {
  ...named('queue_fill:ratio'),
  expr: promql`${depth} / on (queue) (${capacity} > 0)`,
};

/** When the oldest item that may be taken was enqueued; absent where there is none. */
const oldest = queue.recording(
  'queue_oldest_ready_timestamp_seconds:last_known',
  (self) => promql`min by (queue) (${queue.past(queueOldestReady)} and on (queue, job, instance) ${readWell})
    or on (queue)
    (${queue.known(self)} and on (queue) ${unread})`,
);

/** How long the oldest item has waited, growing while the process hangs or is gone. */
export const oldestAge: Recording = {
  ...named('queue_oldest_ready_age_seconds:last_known'),
  expr: promql`clamp_min(${view} - on (queue) ${oldest}, 0)`,
};

/** When each queue last had no item that could be taken; since when it has been known, where it always had one. */
const drained = queue.recording(
  'queue_drained_timestamp_seconds:last_known',
  (self) => promql`0 * (${ready} == 0) + time()
    or on (queue)
    ${queue.known(self)}
    or on (queue)
    0 * ${ready} + time()`,
);

/** When an attempt to work off an item last came to its end. */
export const lastProgress = queue.newest(queueLastProgress);

/** When somebody last consumed each queue; since when nobody does, where nobody ever did who could. */
export const consumed = queue.recording(
  'queue_consumed_timestamp_seconds:last_known',
  (self) => promql`0 * (max by (queue) (${queueConsumers}) > 0) + time()
    or on (queue)
    ${queue.known(self)}
    or on (queue)
    0 * max by (queue) (${queueConsumers}) + time()`,
);

/** How long nobody has consumed each queue; 0 while somebody does. */
export const unconsumed: Recording = {
  ...named('queue_unconsumed_seconds:last_known'),
  expr: promql`time() - ${consumed}`,
};

const CONSUMERS: RecordedSeries = {
  record: 'queue_job:queue_consumers:last_known',
  labels: ['queue', 'job'],
};

/** Which service, by the `job` label of its targets, consumed each queue last. */
const consumers: Recording = kept({
  ...CONSUMERS,
  expr: promql`group by (queue, job) (${queueConsumers})
    or
    (${queue.known(CONSUMERS)} unless on (queue) ${queueConsumers})`,
});

export const consumedBy: Recording = {
  record: 'queue_job:queue_consumer:info',
  labels: ['queue', 'job'],
  expr: promql`topk by (queue) (1, ${consumers})`,
};

/** How long the oldest piece of work that is under way has taken, when it was last looked at. */
export const working: Recording = {
  ...named('queue_working_seconds:max'),
  expr: promql`max by (queue) (timestamp(${queueWorkStarted}) - ${queueWorkStarted})`,
};

/** How long a queue with items may stand still. */
export const standsStillFor = promql`clamp_min(${larger(PER_QUEUE, waitObjective, promql`${queueStalledDurations} * ${durationObjective}`)}, ${queueStalledShortest})`;

/** How long nothing has moved in queues that have items to be taken, and consumers to take them. */
export const standstill: Recording = {
  ...named('queue_standstill_seconds:last_known'),
  expr: promql`${view} - on (queue) ${larger(PER_QUEUE, drained, lastProgress)}
    and on (queue) (${ready} > 0)
    and on (queue) ${consumed}
    and on (queue) ${isEnabled}`,
};

/** In the order in which they read each other. */
export const queueRecordings: readonly Recording[] = [
  ...queue.register,
  ...counts.processes,
  waitObjective,
  durationObjective,
  errorObjective,
  shared,
  enabled,
  answering.owner,
  answering.doesNotPage,
  ownership,
  view,
  lastRead,
  items,
  depth,
  capacity,
  fill,
  oldest,
  oldestAge,
  drained,
  lastProgress,
  consumed,
  unconsumed,
  consumers,
  consumedBy,
  working,
  standstill,
];
