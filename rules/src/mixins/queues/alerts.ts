import { firing } from '../../engine/model/external.ts';
import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { allFail, deadInHour, failedShare, judgedInWindow, meanDuration } from './counts.ts';
import {
  consumedBy,
  durationObjective,
  errorObjective,
  fill,
  isDisabled,
  isEnabled,
  oldestAge,
  standsStillFor,
  standstill,
  unconsumed,
  waitObjective,
  working,
} from './recordings.ts';
import {
  queueDepthCritical,
  queueDepthHigh,
  queueErrorItems,
  queueFailingRatio,
  queueNearCapacity,
  queueStuckRatio,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-queues', panel: title });

/** Queues that are not worked off, or not well enough. */
const criticalQueueAlerts: readonly AlertOptions[] = [
  {
    alert: 'QueueNoConsumer',
    expr: promql`(${unconsumed} > ${0} and on (queue) ${isEnabled}) * on (queue) group_left (job) ${consumedBy}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'Nobody works a queue off.',
    description:
      'Queue {{ $labels.queue }}, which service {{ $labels.job }} consumed, has had no consumer for {{ $value | humanizeDuration }}.',
    impact: 'Whatever comes into the queue stays there, until it is full.',
    incident: ['job'],
    action:
      'See whether the workers run; start them, or repair the way from Prometheus to their metrics. If the queue is paused on purpose, say so with disable(); if it was removed, with retireQueue().',
    runbook: 'queues',
    dashboard: panel('Consumers'),
  },
  {
    alert: 'QueueStalled',
    expr: promql`${standstill} > on (queue) ${standsStillFor}
      unless on (queue) ${firing('QueueNoConsumer')}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A queue has items, and none is worked off.',
    description:
      'In queue {{ $labels.queue }} items are ready, and no piece of work has ended for {{ $value | humanizeDuration }}.',
    impact: 'Nothing that is in the queue is done, and what comes is added to it.',
    action: 'Find out what the work under way waits for; restart the workers if it does not come back.',
    runbook: 'queues',
    dashboard: panel('Queues'),
  },
  {
    alert: 'QueueNearCapacity',
    expr: promql`${fill} > ${queueNearCapacity}`,
    for: minutes(1),
    severity: 'critical',
    summary: 'A queue is nearly full.',
    description: 'Queue {{ $labels.queue }} is filled to {{ $value | humanizePercentage }} of its capacity.',
    impact: 'Soon items are refused or lost, and whoever adds them fails.',
    action: 'Add consumers, or let less come in; see what made the queue grow.',
    runbook: 'queues',
    dashboard: panel('Queue Depth'),
  },
  {
    alert: 'QueueDepthCritical',
    expr: promql`${fill} > ${queueDepthCritical}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'A queue is half full.',
    description: 'Queue {{ $labels.queue }} is filled to {{ $value | humanizePercentage }} of its capacity.',
    impact: 'Items wait long, and at this rate the queue will be full.',
    action: 'Compare what comes in with what is worked off; add consumers, or let less come in.',
    runbook: 'queues',
    dashboard: panel('Queue Depth'),
  },
  {
    alert: 'QueueItemsTooOld',
    expr: promql`${oldestAge} > on (queue) ${waitObjective} and on (queue) ${isEnabled}`,
    for: minutes(5),
    severity: 'critical',
    summary: 'Items of a queue wait longer than they may.',
    description:
      'The oldest item of queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}.',
    impact: 'What the items stand for happens later than promised.',
    action: 'See whether work has become slower or more comes in than before; add consumers.',
    runbook: 'queues',
    dashboard: panel('Queues'),
  },
  {
    alert: 'QueueFailing',
    expr: promql`${failedShare} > ${queueFailingRatio} and on (queue) (${judgedInWindow} >= ${queueErrorItems})
      or on (queue)
      ${allFail}`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'critical',
    summary: 'Most of the work on a queue fails.',
    description: 'Of the attempts of queue {{ $labels.queue }} {{ $value | humanizePercentage }} failed.',
    impact: 'Items are tried again in vain, and given up at last.',
    action: 'Look up the error_type of the errors, then the error in the log line "worker error".',
    runbook: 'queues',
    dashboard: panel('Error Rate'),
  },
];

const otherQueueAlerts: readonly AlertOptions[] = [
  {
    alert: 'QueueDepthHigh',
    expr: promql`${fill} > ${queueDepthHigh}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A queue is longer than usual.',
    description: 'Queue {{ $labels.queue }} is filled to {{ $value | humanizePercentage }} of its capacity.',
    impact: 'None yet; items wait longer.',
    action: 'See whether the queue still grows, and what comes in.',
    runbook: 'queues',
    dashboard: panel('Queue Depth'),
  },
  {
    alert: 'QueueErrorsHigh',
    expr: promql`${failedShare} > on (queue) ${errorObjective} and on (queue) (${judgedInWindow} >= ${queueErrorItems})`,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'More of the work on a queue fails than may.',
    description: 'Of the attempts of queue {{ $labels.queue }} {{ $value | humanizePercentage }} failed.',
    impact: 'Items are done late, or are given up.',
    action: 'Look up the error_type of the errors, then the error in the log line "worker error".',
    runbook: 'queues',
    dashboard: panel('Error Rate'),
  },
  {
    alert: 'QueueWorkStuck',
    expr: promql`${working} > on (queue) ${queueStuckRatio} * ${durationObjective}`,
    for: minutes(2),
    severity: 'warning',
    summary: 'A piece of work on a queue hangs.',
    description:
      'A piece of work on queue {{ $labels.queue }} has been under way for {{ $value | humanizeDuration }}, many times as long as it may.',
    impact:
      'It holds its slot and what it holds besides, such as locks and connections; the queue is worked off by the others.',
    action: 'Find out what it waits for, and give the work a time limit.',
    runbook: 'queues',
    dashboard: panel('Queues'),
  },
  {
    alert: 'QueueSlow',
    expr: promql`${meanDuration} > on (queue) ${durationObjective}`,
    for: minutes(20),
    severity: 'warning',
    summary: 'Work on a queue takes longer than it may.',
    description:
      'A piece of work on queue {{ $labels.queue }} takes {{ $value | humanizeDuration }} on average.',
    impact: 'Less is worked off; the queue grows where as much comes in as before.',
    action: 'Find out what has become slower: the database, what is called, or the size of the batches.',
    runbook: 'queues',
    dashboard: panel('Processing Time'),
  },
  {
    alert: 'QueueDeadLetters',
    expr: promql`${deadInHour} > ${0}`,
    noForReason: 'An item that was given up does not come back by waiting.',
    keepFiringFor: minutes(5),
    severity: 'warning',
    summary: 'Items of a queue are given up.',
    description: 'Of queue {{ $labels.queue }} {{ $value | humanize }} items were given up within an hour.',
    impact: 'What these items stand for has not happened.',
    action: 'Read why their last attempts failed; repair it, and put them back.',
    runbook: 'queues',
    dashboard: panel('Queue Operations'),
  },
  {
    alert: 'QueueDisabled',
    expr: promql`${isDisabled}`,
    for: minutes(5),
    severity: 'info',
    summary: 'A queue is paused.',
    description: 'Queue {{ $labels.queue }} has been disabled; nobody is told when its items become old.',
    impact: 'Items wait, as somebody wanted.',
    action: 'Nothing, or enable it again.',
    runbook: 'queues',
    dashboard: panel('Queues'),
  },
];

/** The alerts on queues, the critical ones first. */
export const queueAlerts: readonly AlertOptions[] = [...criticalQueueAlerts, ...otherQueueAlerts];
