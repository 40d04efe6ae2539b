import { itemOutcomes } from '@sightglass/worker';
import {
  queueDeadLetters,
  queueEnqueued,
  queueProcessed,
  queueProcessingDuration,
} from '@sightglass/worker/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days, hours, minutes } from '../../engine/promql/duration.ts';
import { asSeconds, countOf, promql, type RecordedSeries, sumOf, where } from '../../engine/promql/promql.ts';
import { grownIn, justGrown } from '../../engine/remembered/index.ts';
import { counts, depth, PER_QUEUE, queue } from './recordings.ts';
import { queueErrorItems } from './thresholds.ts';

/*
 * What came into queues and what became of it, all their processes together.
 */

/** What outcomes say of the work is the worker package's to know. */
export const { judged: JUDGED, failed: FAILED } = itemOutcomes;

/** Of what happens all the time: many scrapes, and long enough for a queue that works in bursts. */
const WINDOW = minutes(15);

const { known } = queue;
const processed = counts.total(queueProcessed, { labels: ['queue', 'outcome'], known });
const enqueued = counts.total(queueEnqueued, { labels: PER_QUEUE, known });
const deadLetters = counts.total(queueDeadLetters, { labels: PER_QUEUE, known });

/** Pieces of work that came to a good end, and the time that they took: one that failed early is not quick. */
const good = queueProcessingDuration.where({ outcome: 'success' });
const pieces = counts.total(countOf(good), { labels: PER_QUEUE, known });
const workTime = counts.total(sumOf(good), { labels: PER_QUEUE, known });

/** Attempts since each queue was first known, by what became of them. */
export const processedTotal: RecordedSeries = processed.series;
/** Items that came in since each queue was first known. */
export const enqueuedTotal: RecordedSeries = enqueued.series;

/** Attempts of the last quarter of an hour by what became of them. */
export const processedInWindow: Recording = {
  record: 'queue_outcome:queue_processed_items:increase_window',
  labels: ['queue', 'outcome'],
  expr: grownIn(processedTotal, WINDOW),
};

/** Attempts that say how well the work goes. */
export const judgedInWindow: Recording = {
  record: 'queue:queue_judged_items:increase_window',
  labels: PER_QUEUE,
  expr: promql`sum by (queue) (${where(processedInWindow, { outcome: JUDGED })})`,
};

/** The share of attempts that failed, 0 to 1; absent while there were none. */
export const failedShare: Recording = {
  record: 'queue:queue_failed_items:ratio_window',
  labels: PER_QUEUE,
  expr: promql`sum by (queue) (${where(processedInWindow, { outcome: FAILED })}) / on (queue) (${judgedInWindow} > 0)`,
};

const failedAttempts = promql`sum by (queue) (${where(processedTotal, { outcome: FAILED })})`;

/** How many attempts had failed when one last succeeded. */
const failedBefore = queue.recording(
  'queue_failed_items:at_last_success',
  (
    self,
  ) => promql`(${failedAttempts} and on (queue) ${justGrown(where(processedTotal, { outcome: 'success' }))})
    or on (queue)
    ${known(self)}
    or on (queue)
    0 * ${failedAttempts}`,
);

/** Attempts that failed since one last succeeded, whichever process made them. */
export const failuresInARow: Recording = {
  record: 'queue:queue_failed_items:in_a_row',
  labels: PER_QUEUE,
  expr: promql`${failedAttempts} - on (queue) ${failedBefore}`,
};

/** Queues on which so many attempts have failed and none succeeded, however few are made in an hour; as a share, which is 1. */
export const allFail: Recording = {
  record: 'queue:queue_failed_items:ratio_in_a_row',
  labels: PER_QUEUE,
  expr: promql`0 * (
      ${failuresInARow} >= ${queueErrorItems}
      and on (queue)
      (sum by (queue) (${grownIn(where(processedTotal, { outcome: FAILED }), days(1))}) >= ${queueErrorItems})
    ) + 1`,
};

/** Items given up within an hour. */
export const deadInHour: Recording = {
  record: 'queue:queue_dead_letters:increase_hour',
  labels: PER_QUEUE,
  expr: grownIn(deadLetters.series, hours(1)),
};

/** How long pieces of work took on average; absent while none ended well. */
export const meanDuration: Recording = {
  record: 'queue:queue_processing_duration_seconds:mean_window',
  labels: PER_QUEUE,
  expr: promql`${grownIn(workTime.series, WINDOW)} / on (queue) (${grownIn(pieces.series, WINDOW)} > 0)`,
};

/** How long it takes until each queue is empty, by how much less comes in than goes out; absent where that is not so. */
export const drainTime: Recording = {
  record: 'queue:queue_drain_seconds:estimate',
  labels: PER_QUEUE,
  expr: promql`${asSeconds(WINDOW)} * ${depth}
    / on (queue)
    (
      sum by (queue) (${where(processedInWindow, { outcome: ['success', 'discarded'] })})
      - on (queue)
      ${grownIn(enqueuedTotal, WINDOW)}
      > 0
    )`,
};

/** In the order in which they are read. */
export const countRecordings: readonly Recording[] = [
  ...[processed, enqueued, deadLetters, pieces, workTime].flatMap(({ recordings }) => recordings),
  processedInWindow,
  judgedInWindow,
  failedShare,
  failedBefore,
  failuresInARow,
  allFail,
  deadInHour,
  meanDuration,
  drainTime,
];
