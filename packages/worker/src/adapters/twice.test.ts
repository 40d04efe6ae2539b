import { EventEmitter } from 'node:events';
import { readMetric } from '@sightglass/core/testing';
import { expect, test } from 'vitest';
import * as metrics from '../queue/metrics.ts';
import { instrumentBullmq, instrumentGraphileWorker, instrumentPgBoss } from './index.ts';

const succeeded = (queue: string) => readMetric(metrics.queueProcessed, { queue, outcome: 'success' });
const enqueued = (queue: string) => readMetric(metrics.queueEnqueued, { queue });

test('a BullMQ worker that is handed over again counts each job once', async () => {
  const worker = Object.assign(new EventEmitter(), { name: 'twice', callProcessJob: async () => 'done' });
  const queue = {
    name: 'twice',
    add: async () => ({}),
    getJobCounts: async () => ({}),
    getJobs: async () => [],
    isPaused: async () => false,
  };
  for (let i = 0; i < 12; i++) instrumentBullmq(worker, { queue, maxWaitSeconds: 30 + i });
  await queue.add();
  expect(await worker.callProcessJob()).toBe('done');
  worker.emit('completed', { attemptsMade: 1 });
  expect([succeeded('twice'), enqueued('twice')]).toEqual([1, 1]);
  expect(readMetric(metrics.queueWaitObjective, { queue: 'twice' })).toBe(41);
  expect(worker.listenerCount('completed')).toBe(1);
});

test('a pg-boss has many queues and no listener for each; one that is declared again counts once', async () => {
  const handlers: ((jobs: readonly object[]) => unknown)[] = [];
  const boss = Object.assign(new EventEmitter(), {
    work: async (...args: unknown[]) => {
      handlers.push(args.at(-1) as (typeof handlers)[number]);
      return 'id';
    },
    send: async (..._args: unknown[]) => 'id',
    getDb: () => ({ executeSql: async () => ({ rows: [{}] }) }),
  });
  for (let i = 0; i < 12; i++) instrumentPgBoss(boss, { name: `boss ${i}` });
  instrumentPgBoss(boss, { name: 'boss 0' });
  await boss.work('boss 0', () => 'done');
  await boss.send('boss 0');
  expect(await handlers[0]!([{ id: 1 }])).toBe('done');
  expect([succeeded('boss 0'), enqueued('boss 0'), boss.listenerCount('stopped')]).toEqual([1, 1, 1]);
});

test('the pool by which a depth is read outlives its idle connections', () => {
  const pool = Object.assign(new EventEmitter(), { query: async () => ({ rows: [{}] }) });
  for (const name of ['pool a', 'pool b']) instrumentGraphileWorker(new EventEmitter(), { name, pool });
  expect(pool.emit('error', new Error('terminating connection'))).toBe(true);
  expect(pool.listenerCount('error')).toBe(1);
});

test('the events of graphile-worker serve many queues; one that is declared again has its newest tasks', () => {
  const events = new EventEmitter();
  for (let i = 0; i < 12; i++) instrumentGraphileWorker(events, { name: `tasks ${i}`, tasks: [`task ${i}`] });
  instrumentGraphileWorker(events, { name: 'tasks 0', tasks: ['another'] });
  for (const task_identifier of ['task 0', 'another', 'task 1']) {
    const job = { task_identifier, attempts: 1 };
    events.emit('job:start', { worker: {}, job });
    events.emit('job:success', { worker: {}, job });
  }
  expect([succeeded('tasks 0'), succeeded('tasks 1'), events.listenerCount('job:success')]).toEqual([
    1, 1, 1,
  ]);
});
