import { readMetric } from '@sightglass/core/testing';
import { type CronJob, declareJob, pgBossHandler, type Run } from '@sightglass/scheduler';
import * as metrics from '@sightglass/scheduler/metrics';
import { type Postgres, startPostgres } from '@sightglass/test-tools';
import { type Job as BossJob, PgBoss } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { held, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

let postgres: Postgres;
let boss: PgBoss;
beforeAll(async () => {
  postgres = await startPostgres();
  boss = new PgBoss({
    connectionString: postgres.url,
    cronMonitorIntervalSeconds: 1,
    cronWorkerIntervalSeconds: 1,
  });
  boss.on('error', () => {});
  await boss.start();
});
afterAll(async () => {
  await boss?.stop({ graceful: false });
  await postgres?.stop();
});

/** A cron expression for the next second of each minute. */
const nextSecond = () => `${(new Date().getUTCSeconds() + 1) % 60} * * * * *`;

/** A queue with a real worker that runs a declared job. */
async function start(
  job: CronJob,
  work: (run: Run, bossJob: BossJob<object>) => unknown,
  options: { retryLimit?: number; batchSize?: number; concurrency?: number } = {},
) {
  const { retryLimit = 0, batchSize = 1, concurrency = 1 } = options;
  await boss.createQueue(job.name, { retryLimit, retryDelay: 1 });
  const workOptions = { pollingIntervalSeconds: 0.5, batchSize, localConcurrency: concurrency };
  await boss.work(job.name, workOptions, pgBossHandler(job, work));
}
const nightly = (name: string, options: { overlap?: 'skip' } = {}) =>
  declareJob({ name, schedule: '0 2 * * *', timezone: 'UTC', ...options });

describe.concurrent('pg-boss', () => {
  test('runs by the schedule, late by how long its queue took, recorded when the run has ended', async () => {
    const { work, end } = held();
    const job = declareJob({ name: 'boss-success', schedule: nextSecond(), timezone: 'UTC' });
    await start(job, work);
    // pg-boss sends what was due within the last minute: the declared job must be older than that.
    await vi.waitUntil(() => job.nextRun!.getTime() < Date.now());
    await boss.schedule(job.name, job.schedule, null, { tz: job.timezone });
    await untilRunning('boss-success');
    expect(runsOf('boss-success')).toEqual({});
    expect(stateOf('boss-success').lateness).toMatchObject({ count: 1 });
    expect(stateOf('boss-success').lateness.sum).toBeGreaterThan(0);
    // Seconds, not milliseconds.
    expect(stateOf('boss-success').lateness.sum).toBeLessThan(100);
    end();
    await untilRuns('boss-success', 'scheduled success');
    expect(stateOf('boss-success').lastSuccess).toBeGreaterThan(0);
  });

  test('records a failure with each attempt, and the retries between them', async () => {
    let attempts = 0;
    const job = nightly('boss-failure');
    const work = () => {
      attempts++;
      if (attempts < 2) throw new Error('no');
    };
    await start(job, work, { retryLimit: 1 });
    await boss.send(job.name, { trigger: 'manual' });
    await untilRuns('boss-failure', 'manual success');
    expect(runsOf('boss-failure')).toEqual({ 'manual failed': 1, 'manual success': 1 });
    expect(stateOf('boss-failure')).toMatchObject({ retries: 1, failures: 0 });
  });

  test('each job of a batch is a run, until one throws', async () => {
    const job = nightly('boss-batch');
    await boss.createQueue(job.name);
    for (const n of [1, 2, 3]) await boss.send(job.name, { n, trigger: 'event' });
    let calls = 0;
    const work = () => {
      calls++;
      if (calls === 2) throw new Error('no');
    };
    await start(job, work, { batchSize: 3 });
    await untilRuns('boss-batch', 'event failed');
    expect(runsOf('boss-batch')).toEqual({ 'event success': 1, 'event failed': 1 });
    expect(calls).toBe(2);
  });

  test('keeps runs of several workers apart where the declaration says so', async () => {
    const { work, end } = held();
    const job = nightly('boss-overlap', { overlap: 'skip' });
    await start(job, work, { concurrency: 2 });
    await boss.send(job.name, { trigger: 'manual' });
    await untilRunning('boss-overlap');
    await boss.send(job.name, { trigger: 'event' });
    await untilRuns('boss-overlap', 'event skipped_overlap');
    end();
    await untilRuns('boss-overlap', 'manual success');
  });

  test('a lock that another process holds is no success', async () => {
    const job = nightly('boss-lock');
    await start(job, (run) => run.skippedLocked());
    await boss.send(job.name, { trigger: 'manual' });
    await untilRuns('boss-lock', 'manual skipped_lock');
    expect(stateOf('boss-lock').lastSuccess).toBeUndefined();
  });

  test('gives the work its signal', async () => {
    const job = nightly('boss-signal');
    let sameReason = false;
    await boss.createQueue(job.name);
    const handler = pgBossHandler(job, (run) => {
      return new Promise((_, reject) => run.signal.addEventListener('abort', () => reject(new Error('no'))));
    });
    const abort = new AbortController();
    const ended = handler([{ data: { trigger: 'manual' }, signal: abort.signal }]).catch((error: unknown) => {
      sameReason = error === abort.signal.reason;
    });
    abort.abort(new Error('expired'));
    await ended;
    expect(sameReason).toBe(true);
    expect(runsOf('boss-signal')).toEqual({ 'manual cancelled': 1 });
  });

  test('A5: a job that pg-boss expires is a timeout and a failure, as pg-boss has it', async () => {
    const job = nightly('boss-expired');
    await boss.createQueue(job.name, { retryLimit: 0, expireInSeconds: 2 });
    const id = await boss.send(job.name, { trigger: 'manual' });
    await boss.work(
      job.name,
      { pollingIntervalSeconds: 0.5 },
      pgBossHandler(job, () => new Promise((resolve) => setTimeout(resolve, 8_000))),
    );
    await untilRuns('boss-expired', 'manual timeout');
    expect(runsOf('boss-expired')).toEqual({ 'manual timeout': 1 });
    expect(stateOf('boss-expired').failures).toBe(1);
    expect(readMetric(metrics.jobErrors, { job_name: 'boss-expired', error_type: 'timeout' })).toBe(1);
    await vi.waitUntil(async () => (await boss.findJobs(job.name, { id: id! }))[0]?.state === 'failed');
  });

  test('A5: a job that is ended before its time is none', async () => {
    const job = nightly('boss-ended');
    const handler = pgBossHandler(job, () => new Promise(() => {}));
    const abort = new AbortController();
    const bossJob = { data: { trigger: 'manual' }, expireInSeconds: 900, signal: abort.signal };
    const ended = handler([bossJob]).catch((error: unknown) => error);
    abort.abort();
    expect(await ended).toBe(abort.signal.reason);
    expect(runsOf('boss-ended')).toEqual({ 'manual cancelled': 1 });
  });
});
