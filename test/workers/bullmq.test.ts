import { type Redis, startRedis, waitUntil } from '@sightglass/test-tools';
import { bullmqDepth, declareQueue, instrumentBullmq } from '@sightglass/worker';
import * as bull6 from 'bullmq';
import * as bull5 from 'bullmq-5';
import { afterAll, beforeAll, describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { startRelay } from './relay.ts';
import { countsOf, depthOf, fixture, held, killedAtWork, stateOf, untilCounts } from './support.ts';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

describe.each([
  ['5', bull5 as unknown as typeof bull6],
  ['6', bull6],
])('BullMQ %s', (version, bull) => {
  /** A queue with a real worker that is watched. */
  function start(
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    what: string,
    work: bull6.Processor | string,
    options: Partial<bull6.WorkerOptions> = {},
    server: Redis = redis,
  ) {
    const name = `bull${version}-${what}`;
    const connection = { host: server.host, port: server.port };
    const queue = new bull.Queue(name, { connection });
    const worker = new bull.Worker(name, work as bull6.Processor, { connection, ...options });
    queue.on('error', () => {});
    worker.on('error', () => {});
    const watched = instrumentBullmq(worker, { queue, maxWaitSeconds: 30 });
    onTestFinished(async () => {
      await worker.close(true).catch(() => {});
      await queue.close().catch(() => {});
    });
    return { name, queue, worker, watched };
  }

  test('counts what succeeds, what it waited, what is under way and who takes jobs', async (context) => {
    const { work, end } = held();
    const { name, queue, worker } = start(context, 'success', work, { concurrency: 3 });
    await queue.add('first', {});
    await waitUntil(() => stateOf(name).inFlight === 1, { what: 'work under way' });
    expect(stateOf(name)).toMatchObject({ consumers: 1, slots: 3, workStarted: expect.any(Number) });
    expect(await depthOf(name)).toMatchObject({ active: 1, ready: 0, dead: 0, read: 1, oldest: undefined });
    end();
    await untilCounts(name, { success: 1 });
    await queue.addBulk([
      { name: 'a', data: {} },
      { name: 'b', data: {} },
    ]);
    await untilCounts(name, { success: 3 });
    expect(countsOf(name)).toEqual({ success: 3, enqueued: 3 });
    expect(stateOf(name)).toMatchObject({ inFlight: 0, workStarted: undefined, wait: { count: 3 } });
    expect(stateOf(name).took).toMatchObject({ count: 3 });
    // Seconds, not milliseconds.
    expect(stateOf(name).wait.sum).toBeLessThan(100);
    await worker.close();
    expect(stateOf(name)).toMatchObject({ consumers: 0, slots: 0 });
  });

  test('counts failures, retries and the dead letter', async (context) => {
    const { name, queue, watched } = start(context, 'failure', async () => {
      throw new Error('no');
    });
    const job = await queue.add('bad', {}, { attempts: 3 });
    await untilCounts(name, { dead: 1 });
    expect(countsOf(name)).toEqual({ failed: 3, retries: 2, dead: 1, enqueued: 1 });
    expect(await depthOf(name)).toMatchObject({ dead: 1, ready: 0 });
    await (await queue.getJob(job.id!))!.retry();
    watched.redriven();
    await untilCounts(name, { failed: 4, redriven: 1 });
  });

  test('a job that is to be done later is deferred, and has not waited before its time', async (context) => {
    const { name, queue } = start(context, 'delay', async () => {});
    await queue.add('later', {}, { delay: 700 });
    expect(await depthOf(name)).toMatchObject({ deferred: 1, ready: 0 });
    await untilCounts(name, { success: 1 });
    expect(stateOf(name).wait.count).toBe(1);
    expect(stateOf(name).wait.sum).toBeLessThan(0.7);
  });

  test('a job that hands itself back is no end of it', async (context) => {
    let calls = 0;
    const { name, queue } = start(context, 'back', async (job, token) => {
      calls++;
      if (calls > 1) return;
      await job.moveToDelayed(Date.now() + 100, token);
      throw new bull.DelayedError();
    });
    await queue.add('twice', {});
    await untilCounts(name, { success: 1 });
    expect(calls).toBe(2);
    expect(countsOf(name)).toEqual({ success: 1, enqueued: 1 });
    expect(stateOf(name).inFlight).toBe(0);
  });

  test('is looked at by a process that only adds to it, and worked off in batches by one that fetches its jobs itself', async ({
    onTestFinished,
  }) => {
    const name = `bull${version}-fetched`;
    const connection = { host: redis.host, port: redis.port };
    const queue = new bull.Queue(name, { connection });
    const worker = new bull.Worker(name, null, { connection });
    onTestFinished(async () => {
      await worker.close();
      await queue.close();
    });
    const looked = declareQueue({ name, shared: true, consumes: false, depth: bullmqDepth(queue) });
    await queue.addBulk(['a', 'b', 'c'].map((job) => ({ name: job, data: {} })));
    expect(await depthOf(name)).toMatchObject({ ready: 3, active: 0, read: 1, oldest: expect.any(Number) });
    const token = 'token';
    const jobs = [
      await worker.getNextJob(token, { block: false }),
      await worker.getNextJob(token, { block: false }),
    ];
    expect(await depthOf(name)).toMatchObject({ ready: 1, active: 2 });
    await looked.batch(
      jobs,
      async (all) => {
        for (const job of all) await job!.moveToCompleted(undefined, token, false);
      },
      (job) => ({ enqueuedAt: job!.timestamp / 1000 }),
    );
    expect(countsOf(name)).toEqual({ success: 2 });
    expect(stateOf(name).wait.count).toBe(2);
    expect(await depthOf(name)).toMatchObject({ ready: 1, active: 0 });
    await queue.pause();
    await depthOf(name);
    expect(looked.state).toBe('disabled');
  });

  test('a queue that is paused for all workers is disabled, and what waits in it is ready', async (context) => {
    const { name, queue, worker, watched } = start(context, 'paused', async () => {});
    await queue.pause();
    await queue.add('a', {});
    await queue.add('b', {});
    const before = Date.now() / 1000;
    expect(await depthOf(name)).toMatchObject({ ready: 2, active: 0 });
    expect(watched.state).toBe('disabled');
    expect((await depthOf(name)).oldest ?? before).toBeLessThanOrEqual(before);
    await queue.resume();
    await untilCounts(name, { success: 2 });
    await depthOf(name);
    expect(watched.state).toBe('enabled');
    await worker.pause();
    expect(stateOf(name).consumers).toBe(0);
    worker.resume();
    await waitUntil(() => stateOf(name).consumers === 1, { what: 'the worker takes jobs again' });
  });

  test('the oldest job that waits says since when', async (context) => {
    const { work, end } = held();
    const { name, queue } = start(context, 'oldest', work);
    await queue.add('under way', {});
    await waitUntil(() => stateOf(name).inFlight === 1, { what: 'work under way' });
    const first = await queue.add('first', {});
    await queue.add('second', {});
    const depth = await depthOf(name);
    expect(depth).toMatchObject({ ready: 2, active: 1 });
    expect(depth.oldest).toBeCloseTo(first.timestamp / 1000, 2);
    end();
    await untilCounts(name, { success: 3 });
  });

  test('a flow: the parent waits for its children, and each is counted once', async (context) => {
    const { name, queue } = start(context, 'flow', async () => {});
    const flows = new bull.FlowProducer({ connection: { host: redis.host, port: redis.port } });
    context.onTestFinished(() => flows.close());
    await queue.pause();
    await flows.add({
      name: 'parent',
      queueName: name,
      children: [
        { name: 'a', queueName: name },
        { name: 'b', queueName: name },
      ],
    });
    expect(await depthOf(name)).toMatchObject({ ready: 2, waitingChildren: 1 });
    await queue.resume();
    await untilCounts(name, { success: 3 });
    expect(countsOf(name)).toEqual({ success: 3 });
  });

  test.each([
    ['a process', false],
    ['a thread', true],
  ])(
    'a processor in %s of its own is counted in the process that scrapes show',
    async (where, useWorkerThreads) => {
      const { name, queue } = start(
        { onTestFinished },
        `sandbox-${where.slice(2)}`,
        fixture('sandboxed.mjs'),
        {
          useWorkerThreads,
        },
      );
      await queue.add('good', { fails: false });
      await queue.add('bad', { fails: true });
      await untilCounts(name, { success: 1, failed: 1 });
      expect(countsOf(name)).toEqual({ success: 1, failed: 1, dead: 1, enqueued: 2 });
    },
  );
});

test('what a worker was killed with has stalled, and is worked off by another', async (context) => {
  const name = 'bull-killed';
  const connection = { host: redis.host, port: redis.port };
  const queue = new bull6.Queue(name, { connection });
  context.onTestFinished(() => queue.close());
  await queue.add('lost', {});
  await killedAtWork('bullmq', name, redis.host, String(redis.port));
  const worker = new bull6.Worker(name, async () => {}, {
    connection,
    stalledInterval: 300,
    lockDuration: 1_000,
  });
  worker.on('error', () => {});
  context.onTestFinished(() => worker.close(true));
  instrumentBullmq(worker, { queue });
  await untilCounts(name, { success: 1, stalled: 1 });
  expect(countsOf(name)).toEqual({ success: 1, stalled: 1 });
});

test('a server that goes away costs the depth alone, in time; when it is back, all that was asked for has happened once', async (context) => {
  const relay = await startRelay(redis);
  context.onTestFinished(() => relay.stop());
  const name = 'bull-away';
  const connection = { host: relay.host, port: relay.port };
  const queue = new bull6.Queue(name, { connection });
  const worker = new bull6.Worker(name, async () => {}, { connection });
  queue.on('error', () => {});
  worker.on('error', () => {});
  context.onTestFinished(async () => {
    await worker.close(true);
    await queue.close();
  });
  instrumentBullmq(worker, { queue });
  await queue.add('one', {});
  await untilCounts(name, { success: 1 });
  expect(await depthOf(name)).toMatchObject({ ready: 0, read: 1 });
  relay.cut();
  expect(await depthOf(name)).toMatchObject({ ready: undefined, dead: undefined, read: 0 });
  const added = queue.add('two', {});
  expect(countsOf(name)).toEqual({ success: 1, enqueued: 1 });
  relay.restore();
  await added;
  await untilCounts(name, { success: 2 });
  await expect.poll(() => depthOf(name)).toMatchObject({ ready: 0, dead: 0, read: 1 });
  expect(countsOf(name)).toEqual({ success: 2, enqueued: 2 });
});

test('what is no worker is refused, and so is a wrong option', () => {
  expect(() => instrumentBullmq({} as never)).toThrowError(/BullMQ worker/);
  expect(() => instrumentBullmq({ name: 'x', on: () => {} }, { maxWaitSeconds: -1 } as never)).toThrowError(
    /maxWaitSeconds must be a number above 0/,
  );
});
