import { promql, queues } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';

/*
 * Whether anything is wrong with any queue, what exactly, and since when: the first row, a row for each queue, and a band for each.
 */

const BY = ['queue'] as const;

const of = promql`${queues.waitObjective}`;

const unconsumed = promql`(${queues.unconsumed} > 0 and on (queue) ${queues.isEnabled})`;
const stalled = promql`(${queues.standstill} > on (queue) ${queues.standsStillFor})`;
const full = promql`(${queues.fill} > ${queues.queueNearCapacity})`;
const deep = promql`(${queues.fill} > ${queues.queueDepthCritical})`;
const longer = promql`(${queues.fill} > ${queues.queueDepthHigh})`;
const old = promql`(${queues.oldestAge} > on (queue) ${queues.waitObjective})`;
const enough = promql`(${queues.judgedInWindow} >= ${queues.queueErrorItems})`;
const failing = promql`(${queues.failedShare} > ${queues.queueFailingRatio} and on (queue) ${enough} or on (queue) ${queues.allFail})`;
const errors = promql`(${queues.failedShare} > on (queue) ${queues.errorObjective} and on (queue) ${enough})`;
const stuck = promql`(${queues.working} > on (queue) ${queues.queueStuckRatio} * ${queues.durationObjective})`;
const slow = promql`(${queues.meanDuration} > on (queue) ${queues.durationObjective})`;
const dead = promql`(${queues.deadInHour} > 0)`;

/** What a queue is, the worst first. */
const states: readonly State[] = [
  { name: 'unconsumed', color: 'red', query: unconsumed },
  { name: 'stalled', color: 'red', query: stalled },
  { name: 'full', color: 'red', query: full },
  { name: 'deep', color: 'red', query: deep },
  // Of what somebody paused nobody is told that it is old.
  { name: 'paused', color: 'yellow', query: queues.isDisabled },
  { name: 'old', color: 'red', query: old },
  { name: 'failing', color: 'red', query: failing },
  { name: 'errors', color: 'yellow', query: errors },
  { name: 'stuck', color: 'yellow', query: stuck },
  { name: 'slow', color: 'yellow', query: slow },
  { name: 'longer', color: 'yellow', query: longer },
  { name: 'dead', color: 'yellow', query: dead },
  { name: 'ok', color: 'green', query: of },
];

export const queueNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Not worked off',
    description:
      'Queues that nobody consumes although they are meant to be, or in which nothing moves. Should be 0.',
    wrong: promql`${unconsumed} or on (queue) ${stalled}`,
    of,
    state: 'stopped',
    color: 'red',
  }),
  howMany({
    title: 'Half full',
    description: 'Queues that are filled to more than half of their capacity. Should be 0.',
    wrong: deep,
    of,
    state: 'deep',
    color: 'red',
  }),
  howMany({
    title: 'Too old',
    description:
      'Queues whose oldest item has waited longer than it may, but for those that somebody paused. Should be 0.',
    wrong: promql`${old} unless on (queue) ${queues.isDisabled}`,
    of,
    state: 'old',
    color: 'red',
  }),
  howMany({
    title: 'Errors',
    description: 'Queues of whose recent attempts more failed than may. Should be 0.',
    wrong: errors,
    of,
    state: 'errors',
    color: 'yellow',
  }),
];

export const [queueTable, queueTimeline] = rowsAndBands({
  noun: 'queue',
  title: 'Queues',
  by: BY,
  legend: '{{queue}}',
  states,
  described:
    'how many items wait, and as a share of its capacity; how long the oldest has waited, and as a share of what it may; how long ago a piece of work ended; for how long nobody has consumed it, and nothing has moved although something could; how long the oldest piece of work has been under way; when it is empty at the present rates; and the share of the attempts of the last quarter of an hour that failed.',
  heights: [9, 6],
  columns: [
    { query: promql`${queues.depth}`, legend: 'Depth', unit: unit.count },
    { query: promql`${queues.fill}`, legend: 'Filled', unit: unit.ratio, bar: 0.5 },
    { query: promql`${queues.oldestAge}`, legend: 'Oldest waits' },
    {
      query: promql`${queues.oldestAge} / on (queue) (${queues.waitObjective} > 0)`,
      legend: 'Wait of promised',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`time() - ${queues.lastProgress}`, legend: 'Last progress' },
    { query: promql`${queues.unconsumed}`, legend: 'Unconsumed for' },
    { query: promql`${queues.standstill}`, legend: 'Stands still for' },
    { query: promql`${queues.working}`, legend: 'Longest under way' },
    { query: promql`${queues.drainTime}`, legend: 'Empty in' },
    { query: promql`${queues.failedShare}`, legend: 'Failed, 15 min', unit: unit.ratio },
  ],
});
