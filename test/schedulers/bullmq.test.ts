import { join } from 'node:path';
import { createExposition } from '@sightglass/core/endpoint';
import { serveProcesses } from '@sightglass/core/processes';
import { readMetric } from '@sightglass/core/testing';
import { bullmqProcessor, bullmqRepeat, declareJob, type IntervalJob, type Run } from '@sightglass/scheduler';
import * as metrics from '@sightglass/scheduler/metrics';
import { type Redis, startRedis } from '@sightglass/test-tools';
import {
  type Job as BullJob,
  DelayedError,
  Queue,
  RateLimitError,
  UnrecoverableError,
  WaitingChildrenError,
  WaitingError,
  Worker,
  type WorkerOptions,
} from 'bullmq';
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

  test.for(['5/15 * * * *', '@daily', '0 9 1-7 * 1', '0 0 L * *', '0 0 * * 7'])(
    'A13: what it accepts can be declared, and is expected when it comes: %s',
    async (schedule, context) => {
      const job = declareJob({ name: `bull ${schedule.replaceAll(/\W/g, '-')}`, schedule, timezone: 'UTC' });
      const { queue } = start(context, job, () => {});
      await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
      const [next] = await queue.getDelayed();
      expect(job.nextRun).toEqual(new Date(next!.opts.prevMillis!));
    },
  );

  test('a lock that another process holds is no success', async (context) => {
    const job = declareCron('bull lock');
    const { queue } = start(context, job, (run) => run.skippedLocked());
    await queue.upsertJobScheduler(job.name, bullmqRepeat(job));
    await untilRuns('bull lock', 'scheduled skipped_lock', 2);
    expect(stateOf('bull lock').lastSuccess).toBeUndefined();
  });
});

/** What a processor throws when it hands its job back, and when not. */
class OwnDelay extends DelayedError {}
const named = (name: string) => Object.assign(new Error('of another copy'), { name });

describe.concurrent('A1: an error by which BullMQ', () => {
  test.for([
    [
      'delayed',
      (job: BullJob, token: string) => job.moveToDelayed(Date.now() + 50, token),
      () => new DelayedError(),
    ],
    [
      'delayed by a class of its own',
      (job: BullJob, token: string) => job.moveToDelayed(Date.now() + 50, token),
      () => new OwnDelay('later'),
    ],
    [
      'delayed by name',
      (job: BullJob, token: string) => job.moveToDelayed(Date.now() + 50, token),
      () => named('DelayedError'),
    ],
    ['waiting', (job: BullJob, token: string) => job.moveToWait(token), () => new WaitingError()],
  ] as const)('hands a job back is no failure: %s', async ([kind, move, error], context) => {
    const name = `bull back ${kind}`;
    // An attempt of ours would run beside the one that BullMQ makes.
    const job = declareJob({ name, intervalSeconds: 60, retries: 3 });
    let calls = 0;
    const { queue, worker } = start(context, job, async (_run, bullJob) => {
      calls++;
      if (calls > 1) return 'done';
      await move(bullJob, bullJob.token!);
      throw error();
    });
    const failed: unknown[] = [];
    worker.on('failed', (_job, cause) => failed.push(cause));
    await queue.add('once', {});
    await untilRuns(name, 'manual success');
    expect(failed).toEqual([]);
    expect(runsOf(name)).toEqual({ 'manual handed_back': 1, 'manual success': 1 });
    expect(readMetric(metrics.jobErrors, { job_name: name, error_type: 'process_error' })).toBe(0);
  });

  test('says that a rate is limited is no failure', async (context) => {
    const job = often('bull limited');
    let calls = 0;
    const { queue, worker } = start(context, job, async () => {
      calls++;
      if (calls > 1) return;
      await worker.rateLimit(50);
      throw new RateLimitError();
    });
    await queue.add('once', {});
    await untilRuns('bull limited', 'manual success');
    expect(runsOf('bull limited')).toEqual({ 'manual handed_back': 1, 'manual success': 1 });
    expect(stateOf('bull limited').failures).toBe(0);
  });

  test('waits for children is none, and has no run in a row forgotten', async (context) => {
    const job = often('bull children');
    const { queue } = start(context, job, async (_run, bullJob) => {
      if (bullJob.name === 'fails') throw new Error('no');
      throw new WaitingChildrenError();
    });
    await queue.add('fails', {});
    await untilRuns('bull children', 'manual failed');
    await queue.add('parent', {});
    await untilRuns('bull children', 'manual handed_back');
    expect(stateOf('bull children').failures).toBe(1);
  });

  test.for([
    ['unrecoverable', () => new UnrecoverableError('no')],
    ['a rate limit of another text', () => new RateLimitError('mine')],
  ] as const)('fails a job is a failure: %s', async ([kind, error], context) => {
    const name = `bull fails ${kind}`;
    const job = declareJob({ name, intervalSeconds: 0.5, retries: kind === 'unrecoverable' ? 3 : 0 });
    const { queue } = start(context, job, () => {
      throw error();
    });
    await queue.add('once', {});
    await untilRuns(name, 'manual failed');
    expect(stateOf(name)).toMatchObject({ failures: 1, retries: 0 });
  });
});

test('A10: data and result are typed, and undefined where the declaration can skip', async (context) => {
  interface Data {
    readonly x: number;
  }
  const connection = { host: redis.host, port: redis.port };
  const job = often('bull typed');
  const skips = declareJob({ name: 'bull typed skips', intervalSeconds: 1, overlap: 'skip' });
  const skipping = bullmqProcessor(skips, (_run, { data }: BullJob<Data, number>) => data.x);
  const worker = new Worker<Data, number>(
    'bull-typed',
    bullmqProcessor(job, async (_run, { data }) => data.x),
    { connection },
  );
  const workers = [
    worker,
    new Worker<Data, number | undefined>(
      'other',
      bullmqProcessor(skips, (_run, { data }) => data.x),
      { connection },
    ),
    // @ts-expect-error A run that is skipped gives back undefined.
    new Worker<Data, number>('other', skipping, { connection }),
    new Worker(
      'other',
      bullmqProcessor(job, async () => {}),
      { connection },
    ),
  ];
  const queue = new Queue<Data, number>('bull-typed', { connection });
  context.onTestFinished(async () => {
    await Promise.all(workers.map((one) => one.close(true)));
    await queue.close();
  });
  const given = new Promise((resolve) => worker.on('completed', (_job, result: number) => resolve(result)));
  await queue.add('once', { x: 7 });
  expect(await given).toBe(7);
});

/** What a sandboxed processor, in a thread of its own, has said in its log. */
async function saidInSandbox(context: TestContext, name: string): Promise<unknown> {
  const connection = { host: redis.host, port: redis.port };
  const file = join(import.meta.dirname, 'fixtures/sandboxed.mjs');
  const worker = new Worker(name, file, {
    connection,
    useWorkerThreads: true,
    workerThreadsOptions: { execArgv: ['--conditions=@sightglass/source'] },
  });
  const queue = new Queue(name, { connection });
  context.onTestFinished(async () => {
    await worker.close(true);
    await queue.close();
  });
  const said = new Promise((resolve) => worker.on('progress', (_job, progress) => resolve(progress)));
  worker.on('failed', (_job, error) => console.error(error));
  await queue.add('once', {});
  return said;
}

test('A9: a sandboxed processor says that nobody scrapes what it records', async (context) => {
  expect(await saidInSandbox(context, 'bull-sandboxed')).toEqual([
    'A sandboxed BullMQ processor records its runs in a process of its own, where nobody scrapes them',
  ]);
});

test('a sandboxed processor says nothing where its process serves it, and its runs are in that scrape', async (context) => {
  const served = await serveProcesses();
  context.onTestFinished(() => served.close());
  expect(await saidInSandbox(context, 'bull-served')).toEqual([]);
  const runs = /^job_runs_total{[^}]*job_name="sandboxed"[^}]*status="success"[^}]*} 1$/m;
  await expect.poll(() => createExposition().text()).toMatch(runs);
});
