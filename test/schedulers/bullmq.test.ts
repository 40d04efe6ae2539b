import { bullmqProcessor, bullmqRepeat, declareJob, type IntervalJob, type Run } from '@sightglass/scheduler';
import { type Redis, startRedis } from '@sightglass/test-tools';
import { type Job as BullJob, Queue, Worker, type WorkerOptions } from 'bullmq';
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest';
import { held, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

/** A queue with a real worker that runs a declared job. */
function start(
  { onTestFinished }: TestContext,
  job: IntervalJob | ReturnType<typeof declareCron>,
  work: (run: Run, bullJob: BullJob) => unknown,
  options: Partial<WorkerOptions> = {},
) {
  const connection = { host: redis.host, port: redis.port };
  const name = job.name.replaceAll(' ', '-');
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, bullmqProcessor(job, work), { connection, ...options });
  worker.on('error', () => {});
  onTestFinished(async () => {
    await worker.close(true);
    await queue.close();
  });
  return { queue, worker };
}

const declareCron = (name: string) => declareJob({ name, schedule: '* * * * * *', timezone: 'UTC' });
const often = (name: string) => declareJob({ name, intervalSeconds: 0.5 });

describe.concurrent('BullMQ', () => {
  test('records a success when the run has ended, and not when it begins', async (context) => {
    const { work, end } = held();
    const job = declareCron('bull success');
    const { queue } = start(context, job, work);
    await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
    await untilRunning('bull success');
    expect(runsOf('bull success')).toEqual({});
    expect(stateOf('bull success').lastSuccess).toBeUndefined();
    end();
    await untilRuns('bull success', 'scheduled success', 2);
    expect(stateOf('bull success').lateness.count).toBeGreaterThanOrEqual(2);
  });

  test('records a failure with each attempt, and the retries between them', async (context) => {
    const job = often('bull failure');
    const { queue } = start(context, job, (_run, { attemptsMade }) => {
      if (attemptsMade < 2) throw new Error('no');
    });
    await queue.add('once', {}, { attempts: 3 });
    await untilRuns('bull failure', 'manual success');
    expect(runsOf('bull failure')).toEqual({ 'manual failed': 2, 'manual success': 1 });
    expect(stateOf('bull failure')).toMatchObject({ retries: 2, failures: 0 });
  });

  test('keeps runs of several jobs apart where the declaration says so', async (context) => {
    const { work, end } = held();
    const job = declareJob({ name: 'bull overlap', intervalSeconds: 0.5, overlap: 'skip' });
    const { queue } = start(context, job, work, { concurrency: 2 });
    await queue.add('first', {});
    await untilRunning('bull overlap');
    await queue.add('second', { trigger: 'event' });
    await untilRuns('bull overlap', 'event skipped_overlap');
    end();
    await untilRuns('bull overlap', 'manual success');
  });

  test('starts late when the worker was busy, by how much the job waited for it', async (context) => {
    const { work, end } = held();
    const job = declareCron('bull late');
    const { queue } = start(context, job, work);
    await queue.add('long', {});
    await untilRunning('bull late');
    await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
    const [next] = await queue.getDelayed();
    const madeForMs = next!.opts.prevMillis!;
    await vi.waitUntil(() => Date.now() > madeForMs + 700);
    end();
    await untilRuns('bull late', 'scheduled success');
    expect(stateOf('bull late').lateness.sum).toBeGreaterThan(0.7);
    // Seconds, not milliseconds.
    expect(stateOf('bull late').lateness.sum).toBeLessThan(100);
  });

  test('an interval is repeated, and no worker calls missed what another may have run', async (context) => {
    const job = often('bull every');
    const { queue } = start(context, job, () => {});
    await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
    await untilRuns('bull every', 'scheduled success', 3);
    await queue.removeJobScheduler(job.name);
    const other = often('bull other');
    const { queue: otherQueue } = start(context, other, () => {});
    await otherQueue.upsertJobScheduler(other.name, bullmqRepeat(other));
    await untilRuns('bull other', 'scheduled success', 3);
    expect(Object.keys(runsOf('bull every'))).toEqual(['scheduled success']);
    expect(stateOf('bull every').nextRun).toBeLessThan(Date.now() / 1000);
  });

  test('a job that is cancelled ends as cancelled', async (context) => {
    const job = often('bull cancelled');
    const { queue, worker } = start(context, job, () => new Promise(() => {}));
    const added = await queue.add('stuck', {});
    await untilRunning('bull cancelled');
    expect(worker.cancelJob(added.id!, 'no longer wanted')).toBe(true);
    await untilRuns('bull cancelled', 'manual cancelled');
  });

  test('a lock that another process holds is no success', async (context) => {
    const job = declareCron('bull lock');
    const { queue } = start(context, job, (run) => run.skippedLocked());
    await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
    await untilRuns('bull lock', 'scheduled skipped_lock', 2);
    expect(stateOf('bull lock').lastSuccess).toBeUndefined();
  });
});
