import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob, type Run } from './index.ts';
import { held, pass, runsOf, useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

const EVERY_SIX_HOURS = { schedule: '0 */6 * * *', timezone: 'UTC' } as const;
const of = (job_name: string) => ({
  running: readMetric(metrics.jobRunning, { job_name }),
  since: readMetric(metrics.jobRunStarted, { job_name }),
  lastRun: readMetric(metrics.jobLastRun, { job_name }),
  lastDuration: readMetric(metrics.jobLastRunDuration, { job_name }),
  lastSuccess: readMetric(metrics.jobLastSuccess, { job_name }),
  failures: readMetric(metrics.jobConsecutiveFailures, { job_name }),
});

describe('a run', () => {
  test('is seen while it is under way and recorded when it has ended', async () => {
    const job = declareJob({ name: 'plain', ...EVERY_SIX_HOURS });
    const { work, end } = held();
    const run = instrumentJob(job, work)();
    await pass(30);
    expect(of('plain')).toMatchObject({ running: 1, since: START_SECONDS, lastRun: undefined });
    expect(runsOf('plain')).toEqual({});
    end();
    await run;
    const now = START_SECONDS + 30;
    expect(of('plain')).toEqual({
      running: 0,
      since: undefined,
      lastRun: now,
      lastDuration: 30,
      lastSuccess: now,
      failures: 0,
    });
    expect(runsOf('plain')).toEqual({ 'scheduled success': 1 });
    expect(readMetric(metrics.jobRunDuration, { job_name: 'plain', status: 'success' })).toMatchObject({
      count: 1,
      sum: 30,
    });
  });

  test('gets the run, then what the scheduler calls with, and gives back what the work does', async () => {
    const job = declareJob({ name: 'through', ...EVERY_SIX_HOURS });
    const run = instrumentJob(job, (run: Run, a: number, b: { trigger: string }) => [
      run.trigger,
      a,
      b.trigger,
    ]);
    expect(await run(1, { trigger: 'theirs' })).toEqual(['scheduled', 1, 'theirs']);
    expect(await run({ trigger: 'manual' }, 2, { trigger: 'theirs' })).toEqual(['manual', 2, 'theirs']);
  });

  test('an object of the scheduler that has a trigger of its own is not taken for ours', async () => {
    const job = declareJob({ name: 'theirs', ...EVERY_SIX_HOURS });
    const run = instrumentJob(job, (_run: Run, task: object) => task);
    const task = { trigger: 'cron' };
    expect(await run(task)).toBe(task);
    expect(runsOf('theirs')).toEqual({ 'scheduled success': 1 });
  });

  test('that throws is a failure, is named, and throws the same', async () => {
    const job = declareJob({
      name: 'throws',
      ...EVERY_SIX_HOURS,
      classify: () => 'quota',
      errorTypes: ['quota'],
    });
    const error = new Error('too much');
    const fail = instrumentJob(job, () => {
      throw error;
    });
    await expect(fail()).rejects.toBe(error);
    await expect(fail({ trigger: 'manual' })).rejects.toBe(error);
    expect(runsOf('throws')).toEqual({ 'scheduled failed': 1, 'manual failed': 1 });
    expect(readMetric(metrics.jobErrors, { job_name: 'throws', error_type: 'quota' })).toBe(2);
    expect(of('throws')).toMatchObject({ failures: 2, lastSuccess: undefined, running: 0 });
    await instrumentJob(job, () => {})();
    expect(of('throws')).toMatchObject({ failures: 0, lastSuccess: START_SECONDS });
  });

  test('that is partial is no success, and ends a row of failures', async () => {
    const job = declareJob({ name: 'partial', ...EVERY_SIX_HOURS });
    await instrumentJob(job, () => Promise.reject(new Error('no')))().catch(() => {});
    await pass(1);
    await instrumentJob(job, (run) => run.partial())();
    expect(runsOf('partial')).toEqual({ 'scheduled failed': 1, 'scheduled partial': 1 });
    expect(of('partial')).toMatchObject({ failures: 0, lastSuccess: undefined, lastRun: START_SECONDS + 1 });
  });

  test('that outlives its time limit is a timeout, and its signal is aborted', async () => {
    vi.useRealTimers();
    const job = declareJob({ name: 'timeout', ...EVERY_SIX_HOURS, timeoutSeconds: 0.02 });
    let signal: AbortSignal | undefined;
    const run = instrumentJob(job, (run) => {
      signal = run.signal;
      return new Promise(() => {});
    });
    await expect(run()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(signal?.aborted).toBe(true);
    expect(runsOf('timeout')).toEqual({ 'scheduled timeout': 1 });
    expect(readMetric(metrics.jobErrors, { job_name: 'timeout', error_type: 'timeout' })).toBe(1);
    expect(of('timeout')).toMatchObject({ failures: 1, running: 0 });
  });

  test('whose own request timed out has failed and was not too long', async () => {
    const job = declareJob({ name: 'request', ...EVERY_SIX_HOURS, timeoutSeconds: 60 });
    const late = new DOMException('late', 'TimeoutError');
    await expect(instrumentJob(job, () => Promise.reject(late))()).rejects.toBe(late);
    expect(runsOf('request')).toEqual({ 'scheduled failed': 1 });
    expect(readMetric(metrics.jobErrors, { job_name: 'request', error_type: 'timeout' })).toBe(1);
  });

  test.each([
    ['while it runs', false],
    ['before it begins', true],
  ])('that is cancelled %s is neither a failure nor a success', async (_, before) => {
    const name = `cancelled ${before}`;
    const job = declareJob({ name, ...EVERY_SIX_HOURS, timeoutSeconds: 60 });
    const cancel = new AbortController();
    const reason = new Error('shutting down');
    if (before) cancel.abort(reason);
    const run = instrumentJob(job, () => new Promise(() => {}))({ trigger: 'manual', signal: cancel.signal });
    cancel.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(runsOf(name)).toEqual({ 'manual cancelled': 1 });
    expect(of(name)).toMatchObject({ failures: 0, lastSuccess: undefined, running: 0 });
  });
});

describe('retries', () => {
  test('are made with growing waits, and the run ends as its last attempt does', async () => {
    const job = declareJob({ name: 'retried', ...EVERY_SIX_HOURS, retries: 2 });
    const attempts: [attempt: number, at: number][] = [];
    const run = instrumentJob(job, (run) => {
      attempts.push([run.attempt, Date.now() / 1000 - START_SECONDS]);
      if (run.attempt < 3) throw new Error('not yet');
      return 'done';
    })();
    await pass(10);
    expect(await run).toBe('done');
    expect(attempts).toEqual([
      [1, 0],
      [2, 1],
      [3, 3],
    ]);
    expect(readMetric(metrics.jobRetries, { job_name: 'retried' })).toBe(2);
    expect(runsOf('retried')).toEqual({ 'scheduled success': 1 });
    expect(of('retried')).toMatchObject({ failures: 0, lastDuration: 3 });
  });

  test('that are used up leave one failed run with the last error', async () => {
    const job = declareJob({ name: 'used up', ...EVERY_SIX_HOURS, retries: 1 });
    const run = instrumentJob(job, (run) => Promise.reject(new Error(`attempt ${run.attempt}`)))();
    const failed = expect(run).rejects.toThrow('attempt 2');
    await pass(2);
    await failed;
    expect(runsOf('used up')).toEqual({ 'scheduled failed': 1 });
    expect(of('used up').failures).toBe(1);
  });

  test('end when the run is cancelled', async () => {
    const job = declareJob({ name: 'no more', ...EVERY_SIX_HOURS, retries: 5 });
    const cancel = new AbortController();
    const work = vi.fn(() => Promise.reject(new Error('no')));
    const run = instrumentJob(job, work)({ trigger: 'scheduled', signal: cancel.signal });
    const ended = expect(run).rejects.toThrow('enough');
    await pass(0.5);
    cancel.abort(new Error('enough'));
    await ended;
    await pass(60);
    expect(work).toHaveBeenCalledTimes(1);
    expect(readMetric(metrics.jobRetries, { job_name: 'no more' })).toBe(0);
  });

  test('of the work itself are counted when it says so', async () => {
    const job = declareJob({ name: 'by itself', ...EVERY_SIX_HOURS });
    await instrumentJob(job, (run) => {
      run.retried();
      run.retried();
    })();
    expect(readMetric(metrics.jobRetries, { job_name: 'by itself' })).toBe(2);
  });
});
