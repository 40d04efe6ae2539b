import { log, setLogger } from '@sightglass/core';
import { processStore } from '@sightglass/core/authors';
import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { queueBatchSize } from '../batch/metrics.ts';
import {
  declareQueue,
  observeBatch,
  recordDeadLetters,
  recordEnqueued,
  recordEvent,
  recordRedriven,
  recordWorkerError,
  retireQueue,
  stopQueues,
  trackQueue,
} from '../index.ts';
import * as metrics from './metrics.ts';
import type { QueueOptions } from './options.ts';
import { ITEM_OUTCOMES } from './outcomes.ts';
import { countedOf, exported } from './queue.support.ts';

const NOW = 1_767_225_600;
let nowMs = NOW * 1000;
processStore().setClock({ wallMs: () => nowMs, monotonicMs: () => nowMs });

let count = 0;
const declare = (options: Partial<QueueOptions> = {}) =>
  declareQueue({ name: `queue-${count++}`, ...options });
const collect = () => processStore().collect(50);
/** How many seconds of work are counted, by how the work ended. */
const durationsOf = (queue: string) =>
  Object.fromEntries(
    (['success', 'failed'] as const).map((outcome) => [
      outcome,
      readMetric(metrics.queueProcessingDuration, { queue, outcome })!.sum,
    ]),
  );

describe('a declaration', () => {
  test('exports what the queue promises, and gives birth to every counter', () => {
    const { name } = declare({
      capacity: 100,
      maxWaitSeconds: 45,
      durationObjectiveSeconds: 3,
      errorObjectiveRatio: 0.1,
      concurrency: 4,
      shared: true,
      owner: 'team-data',
      pages: false,
    });
    expect(exported(name)).toEqual({
      queue_batch_size: 0,
      'queue_batches_total failed': 0,
      'queue_batches_total partial': 0,
      'queue_batches_total whole': 0,
      queue_capacity: 100,
      queue_consumers: 1,
      queue_dead_letters_total: 0,
      queue_declared_timestamp_seconds: NOW,
      queue_duration_objective_seconds: 3,
      queue_enqueued_items_total: 0,
      queue_error_objective_ratio: 0.1,
      'queue_errors_total aggregation_update': 0,
      'queue_errors_total batch_processing': 0,
      'queue_errors_total database_insert': 0,
      'queue_errors_total other': 0,
      queue_in_flight: 0,
      'queue_lifecycle_state enabled': 1,
      'queue_owner_info team-data': 1,
      queue_pages: 0,
      'queue_processed_items_total discarded': 0,
      'queue_processed_items_total failed': 0,
      'queue_processed_items_total stalled': 0,
      'queue_processed_items_total success': 0,
      'queue_processed_items_total timed_out': 0,
      'queue_processing_duration_seconds failed': 0,
      'queue_processing_duration_seconds success': 0,
      queue_redriven_items_total: 0,
      queue_retries_total: 0,
      queue_shared: 1,
      queue_slots: 4,
      queue_wait_duration_seconds: 0,
      queue_wait_objective_seconds: 45,
    });
    const labels = { queue: name };
    expect(metrics.queueWaitDuration.series.peek(labels)?.bounds.upper).toContain(45);
    expect(
      metrics.queueProcessingDuration.series.peek({ ...labels, outcome: 'success' })?.bounds.upper,
    ).toContain(3);
  });

  test('that says no more than a name promises what the reference system does', () => {
    const { name } = declare({ consumes: false });
    expect(exported(name)).toMatchObject({
      queue_wait_objective_seconds: 300,
      queue_duration_objective_seconds: 60,
      queue_error_objective_ratio: 0.05,
      queue_shared: 0,
    });
    expect(
      Object.keys(exported(name)).filter((key) => /capacity|slots|consumers|owner|pages/.test(key)),
    ).toEqual([]);
  });

  test('that is wrong says all that is', () => {
    const wrong = {
      name: '',
      capacity: 0,
      maxWaitSeconds: 'long',
      errorObjectiveRatio: 1,
      concurrency: 1.5,
      shared: 'yes',
      depth: 3,
      classify: 1,
      owner: '',
      errorTypes: [''],
      maxWait: 3,
    };
    expect(() => declareQueue(wrong as never)).toThrowError(
      expect.objectContaining({
        problems: [
          'name must be a non-empty string',
          'capacity must be a number above 0',
          'maxWaitSeconds must be a number above 0',
          'errorObjectiveRatio must be between 0 and 1, both excluded',
          'concurrency must be a whole number above 0',
          'shared must be true or false',
          'depth must be a function',
          'classify must be a function',
          'owner must be a non-empty string',
          'errorTypes must be a list of non-empty strings',
          '"maxWait" is no option; did you mean maxWaitSeconds?',
        ],
      }),
    );
  });

  test('takes the place of the one before, and keeps what was counted and since when work is waited for', async () => {
    const queue = declare({ capacity: 10, owner: 'data', depth: () => 3, maxWaitSeconds: 7 });
    await collect();
    queue.enqueued(4);
    nowMs += 60_000;
    const again = declareQueue({ name: queue.name });
    again.enqueued();
    queue.enqueued();
    expect(exported(queue.name)).toMatchObject({
      queue_enqueued_items_total: 6,
      queue_declared_timestamp_seconds: NOW,
      queue_wait_objective_seconds: 300,
    });
    const gone = /capacity|owner|queue_items/;
    expect(Object.keys(exported(queue.name)).filter((key) => gone.test(key))).toEqual([]);
    nowMs = NOW * 1000;
  });
});

describe('batches', () => {
  test('are whole, partial or failed, and so are their items', () => {
    const { name: queue } = declare();
    observeBatch({ queue, size: 100, durationSeconds: 1 });
    observeBatch({ queue, size: 100, durationSeconds: 2, failed: 30 });
    observeBatch({ queue, size: 100, durationSeconds: 4, failed: 100 });
    expect(countedOf(queue)).toEqual({
      queue_batch_size: 3,
      'queue_batches_total failed': 1,
      'queue_batches_total partial': 1,
      'queue_batches_total whole': 1,
      'queue_processed_items_total failed': 130,
      'queue_processed_items_total success': 170,
    });
    expect(exported(queue)).toMatchObject({
      'queue_processing_duration_seconds success': 2,
      'queue_processing_duration_seconds failed': 1,
      queue_last_progress_timestamp_seconds: NOW,
    });
    expect(readMetric(queueBatchSize, { queue })).toMatchObject({ count: 3, sum: 300 });
    expect(durationsOf(queue)).toEqual({ success: 3, failed: 4 });
  });

  test('tell what each item has waited, and which of them were tried before, where the host says so', async () => {
    const queue = declare();
    const items = [{ at: NOW - 30, attempt: 1 }, { at: new Date((NOW - 10) * 1000), attempt: 2 }, null];
    const facts = (item: (typeof items)[number]) => ({ enqueuedAt: item!.at, attempt: item!.attempt });
    expect(await queue.batch(items, async (given) => given.length, facts)).toBe(3);
    expect(readMetric(metrics.queueWaitDuration, { queue: queue.name })).toMatchObject({ count: 2, sum: 40 });
    expect(countedOf(queue.name)).toMatchObject({
      queue_retries_total: 1,
      'queue_processed_items_total success': 3,
    });
  });

  test('a classifier that rejects hides nothing, and ends no process', async () => {
    const queue = declare({ classify: (async () => Promise.reject(new Error('late'))) as never });
    const broken = new Error('no');
    await expect(queue.process(() => Promise.reject(broken))).rejects.toBe(broken);
    await new Promise((resolve) => setImmediate(resolve));
    expect(countedOf(queue.name)).toMatchObject({ 'queue_errors_total batch_processing': 1 });
  });

  test('run as they would without us, and what they throw is counted by its kind', async () => {
    const logged: unknown[] = [];
    const before = log();
    setLogger({ ...before, error: (...line: unknown[]) => logged.push(line) } as never);
    const queue = declare({ errorTypes: ['quota'], classify: () => 'quota' });
    const { name } = queue;
    const result = queue.batch(['a', 'b', 'c'], async (items, batch) => {
      expect(exported(name)).toMatchObject({ queue_in_flight: 1, queue_work_started_timestamp_seconds: NOW });
      batch.failed(1, 'strange');
      return items.length;
    });
    expect(await result).toBe(3);
    const broken = new Error('no');
    await expect(
      queue.batch(['a', 'b'], () => {
        throw broken;
      }),
    ).rejects.toBe(broken);
    setLogger(before);
    expect(countedOf(name)).toEqual({
      queue_batch_size: 2,
      'queue_batches_total failed': 1,
      'queue_batches_total partial': 1,
      'queue_errors_total other': 1,
      'queue_errors_total quota': 1,
      'queue_processed_items_total failed': 3,
      'queue_processed_items_total success': 2,
    });
    expect(exported(name).queue_in_flight).toBe(0);
    expect(exported(name).queue_work_started_timestamp_seconds).toBeUndefined();
    expect(logged).toEqual([[{ queue: name, error_type: 'quota', err: broken }, 'worker error: quota']]);
  });

  test('that run out of time are timed out, and their signal says so', async () => {
    const queue = declare({ timeoutSeconds: 0.01 });
    await expect(
      queue.batch(
        [1, 2],
        (_, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      ),
    ).rejects.toThrow();
    expect(countedOf(queue.name)).toMatchObject({ 'queue_processed_items_total timed_out': 2 });
  });
});

describe('items', () => {
  test('are told of one by one, with what they waited and which attempt it was', async () => {
    const queue = declare();
    const { name } = queue;
    await queue.process(() => 'done', { enqueuedAt: NOW - 30 });
    await expect(
      queue.process(
        () => {
          throw new Error('no');
        },
        { enqueuedAt: new Date((NOW + 5) * 1000), attempt: 3, last: true },
      ),
    ).rejects.toThrow('no');
    recordEvent({ queue: name, outcome: 'stalled' });
    queue.recordEvent({ outcome: 'discarded' });
    expect(countedOf(name)).toEqual({
      queue_dead_letters_total: 1,
      'queue_errors_total batch_processing': 1,
      'queue_processed_items_total discarded': 1,
      'queue_processed_items_total failed': 1,
      'queue_processed_items_total stalled': 1,
      'queue_processed_items_total success': 1,
      queue_retries_total: 1,
    });
    expect(readMetric(metrics.queueWaitDuration, { queue: name })).toMatchObject({ count: 2, sum: 30 });
  });

  test('take the time that they take, and what did not succeed has failed', async () => {
    const queue = declare();
    const taking = (seconds: number) => () => {
      nowMs += 1_000 * seconds;
    };
    await queue.process(taking(2));
    await queue.batch([1, 2], taking(3));
    expect(durationsOf(queue.name)).toEqual({ success: 5, failed: 0 });
    for (const [at, outcome] of ITEM_OUTCOMES.entries())
      queue.recordEvent({ outcome, durationSeconds: 10 ** (at + 1) });
    expect(durationsOf(queue.name)).toEqual({ success: 15, failed: 111_100 });
    nowMs = NOW * 1000;
  });

  test('that were lost or thrown away are no progress', () => {
    const queue = declare();
    queue.recordEvent({ outcome: 'stalled' });
    queue.recordEvent({ outcome: 'discarded' });
    expect(exported(queue.name).queue_last_progress_timestamp_seconds).toBeUndefined();
    queue.recordEvent({ outcome: 'failed' });
    expect(exported(queue.name).queue_last_progress_timestamp_seconds).toBe(NOW);
  });

  test('are counted in, given up and put back', () => {
    const { name: queue } = declare();
    recordEnqueued({ queue, items: 5 });
    recordEnqueued({ queue });
    recordDeadLetters({ queue, items: 2 });
    recordRedriven({ queue });
    recordWorkerError({ queue, errorType: 'database_insert' });
    recordWorkerError({ queue, errorType: 'an error of somebody else' });
    expect(countedOf(queue)).toEqual({
      queue_enqueued_items_total: 6,
      queue_dead_letters_total: 2,
      queue_redriven_items_total: 1,
      'queue_errors_total database_insert': 1,
      'queue_errors_total other': 1,
    });
  });
});

describe('how full it is', () => {
  test('is read at each collection, a number for each state', async () => {
    const { name } = declare({
      depth: async () => ({
        ready: 3,
        deferred: 1,
        active: 2,
        waitingChildren: 0,
        dead: 4,
        oldestReady: new Date((NOW - 9) * 1000),
      }),
    });
    await collect();
    expect(exported(name)).toMatchObject({
      'queue_items ready': 3,
      'queue_items deferred': 1,
      'queue_items active': 2,
      'queue_items waiting_children': 0,
      'queue_items dead': 4,
      queue_items_read: 1,
      queue_oldest_ready_timestamp_seconds: NOW - 9,
    });
  });

  test('is not told while the backend fails, hangs or gives what is no number, but for the time of the oldest item', async () => {
    let reading: unknown = { ready: 3, oldestReady: NOW - 9 };
    const { name } = declare({
      depth: () => {
        if (reading instanceof Error) throw reading;
        return reading as never;
      },
    });
    await collect();
    for (const wrong of [new Error('no'), new Promise(() => {}), { ready: -1 }, { ready: '3' }]) {
      reading = wrong;
      await collect();
      const now = exported(name);
      expect(now['queue_items ready']).toBeUndefined();
      expect(now.queue_items_read).toBe(0);
      expect(now.queue_oldest_ready_timestamp_seconds).toBe(NOW - 9);
      if (wrong instanceof Promise) trackQueue({ queue: name, depth: () => reading as never });
    }
    // Of nothing, nothing is the oldest, whatever the backend says.
    reading = { ready: 0, oldestReady: NOW - 9 };
    await collect();
    expect(exported(name)).toMatchObject({ 'queue_items ready': 0, queue_items_read: 1 });
    expect(exported(name).queue_oldest_ready_timestamp_seconds).toBeUndefined();
    reading = { ready: 1, oldestReady: Date.now() };
    await collect();
    expect(exported(name).queue_items_read).toBe(0);
  });

  test('has one reader, which ends with what it returned or with the queue', async () => {
    const { name } = declare({ depth: () => 1 });
    const stop = trackQueue({ queue: name, depth: () => 2 });
    await collect();
    expect(exported(name)['queue_items ready']).toBe(2);
    stop();
    await collect();
    expect(Object.keys(exported(name)).filter((key) => /^queue_items[ _](ready|read)/.test(key))).toEqual([]);
    trackQueue({ queue: name, depth: () => 5 });
    retireQueue(name);
    await collect();
    expect(exported(name)).toEqual({ 'queue_lifecycle_state retired': 1 });
  });
});

describe('its lifecycle', () => {
  test('says whether it is meant to be worked off, and by how many consumers here', () => {
    const queue = declare();
    queue.consuming(3);
    expect(exported(queue.name).queue_consumers).toBe(3);
    expect(queue.consumers).toBe(3);
    expect(declare({ consumes: false }).consumers).toBe(0);
    queue.disable();
    expect(queue.consumers).toBe(0);
    expect(exported(queue.name)).toMatchObject({ queue_consumers: 0, 'queue_lifecycle_state disabled': 1 });
    queue.enable();
    expect(exported(queue.name)).toMatchObject({ queue_consumers: 3, 'queue_lifecycle_state disabled': 0 });
    stopQueues();
    expect(queue.state).toBe('stopping');
    expect(exported(queue.name).queue_consumers).toBe(0);
  });

  test('that is over exports that alone, whatever is recorded afterwards, until it is declared again', async () => {
    const queue = declare({ depth: () => 3 });
    const end = queue.begin();
    queue.retire();
    end();
    queue.observeBatch({ size: 1, durationSeconds: 1 });
    queue.recordEvent({});
    queue.recordError('database_insert');
    queue.enqueued();
    queue.consuming(2);
    queue.begin()();
    await queue.process(() => {});
    await collect();
    expect(exported(queue.name)).toEqual({ 'queue_lifecycle_state retired': 1 });
    declareQueue({ name: queue.name }).enqueued();
    expect(exported(queue.name)).toMatchObject({
      queue_enqueued_items_total: 1,
      'queue_lifecycle_state retired': 0,
      'queue_lifecycle_state enabled': 1,
    });
    retireQueue('never declared');
    expect(exported('never declared')).toEqual({ 'queue_lifecycle_state retired': 1 });
  });
});
