import { readMetric } from '@sightglass/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob } from './index.ts';
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
  lastSuccess: readMetric(metrics.jobLastSuccess, { job_name }),
  failures: readMetric(metrics.jobConsecutiveFailures, { job_name }),
});

describe('runs that overlap', () => {
  test('are allowed by default, and the older one is shown', async () => {
    const job = declareJob({ name: 'both', ...EVERY_SIX_HOURS });
    const [first, second] = [held(), held()];
    const runFirst = instrumentJob(job, first.work)();
    await pass(10);
    const runSecond = instrumentJob(job, second.work)();
    expect(of('both')).toMatchObject({ running: 2, since: START_SECONDS });
    first.end();
    await runFirst;
    expect(of('both')).toMatchObject({ running: 1, since: START_SECONDS + 10 });
    second.end();
    await runSecond;
    expect(runsOf('both')).toEqual({ 'scheduled success': 2 });
  });

  test('are skipped and counted where the declaration says so', async () => {
    const job = declareJob({ name: 'apart', ...EVERY_SIX_HOURS, overlap: 'skip' });
    const { work, end } = held();
    const first = instrumentJob(job, work)();
    const second = vi.fn();
    expect(await instrumentJob(job, second)()).toBeUndefined();
    expect(await instrumentJob(job, second)({ trigger: 'manual' })).toBeUndefined();
    expect(second).not.toHaveBeenCalled();
    expect(runsOf('apart')).toEqual({ 'scheduled skipped_overlap': 1, 'manual skipped_overlap': 1 });
    end();
    await first;
    await instrumentJob(job, second)();
    expect(runsOf('apart')).toMatchObject({ 'scheduled success': 2 });
  });
});

describe('a lock that another process holds', () => {
  test('before the run skips it', () => {
    const job = declareJob({ name: 'locked before', ...EVERY_SIX_HOURS });
    job.skippedLocked();
    expect(runsOf('locked before')).toEqual({ 'scheduled skipped_lock': 1 });
    expect(of('locked before')).toMatchObject({ lastRun: undefined, failures: 0 });
  });

  test('found within the run makes it no run', async () => {
    const job = declareJob({ name: 'locked within', ...EVERY_SIX_HOURS });
    await instrumentJob(job, (run) => run.skippedLocked())();
    expect(runsOf('locked within')).toEqual({ 'scheduled skipped_lock': 1 });
    expect(of('locked within')).toMatchObject({ lastRun: undefined, lastSuccess: undefined, running: 0 });
    expect(readMetric(metrics.jobRunDuration, { job_name: 'locked within', status: 'success' })?.count).toBe(
      0,
    );
  });
});
