import { declareQueue } from '@sightglass/worker';
import { expect, test } from 'vitest';
import { countsOf, depthOf, held, stateOf, untilCounts } from './support.ts';

/* A plain queue in the memory of this process: an array, and workers that take batches from it. */

interface Item {
  readonly id: number;
  readonly at: number;
  readonly attempt: number;
}

test('items that come, wait, fail, are tried again and given up are what the metrics say', async () => {
  const waiting: Item[] = [];
  const queue = declareQueue({
    name: 'in-process',
    capacity: 100,
    concurrency: 2,
    depth: () => ({ ready: waiting.length, oldestReady: waiting[0]?.at ?? null }),
  });
  for (let id = 0; id < 30; id++) waiting.push({ id, at: Date.now() / 1000 - 5, attempt: 1 });
  queue.enqueued(30);
  expect(await depthOf('in-process')).toMatchObject({ ready: 30, oldest: waiting[0]!.at, read: 1 });
  const gate = held();
  const worker = async () => {
    for (;;) {
      const item = waiting.shift();
      if (item === undefined) return;
      const last = item.attempt === 3;
      await queue
        .process(
          async () => {
            await gate.work();
            if (item.id % 10 === 0) throw new Error('no');
          },
          { enqueuedAt: item.at, attempt: item.attempt, last },
        )
        .catch(() => {
          if (!last) waiting.push({ ...item, attempt: item.attempt + 1 });
        });
    }
  };
  const working = [worker(), worker()];
  expect(stateOf('in-process')).toMatchObject({ inFlight: 2, slots: 2, consumers: 1 });
  gate.end();
  await Promise.all(working);
  // Of thirty, three fail three times each.
  await untilCounts('in-process', { dead: 3 });
  expect(countsOf('in-process')).toEqual({ success: 27, failed: 9, retries: 6, dead: 3, enqueued: 30 });
  expect(stateOf('in-process')).toMatchObject({ inFlight: 0, workStarted: undefined });
  expect(stateOf('in-process').wait.count).toBe(36);
  expect(await depthOf('in-process')).toMatchObject({ ready: 0, oldest: undefined });
});
