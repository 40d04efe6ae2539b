import { fakeClock, readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { declareJob, instrumentJob } from './index.ts';
import { collectLogs, held, jump, pass, runsOf, useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

const nextRun = (job_name: string) => readMetric(metrics.jobNextRun, { job_name });
const lateness = (job_name: string) => readMetric(metrics.jobStartLateness, { job_name });
const MINUTELY = { schedule: '* * * * *', timezone: 'UTC' } as const;

describe('a start that does not come', () => {
  test('is counted when it is later than it may be, by a timer of its own', async () => {
    const lines = collectLogs();
    const job = declareJob({ name: 'silent', ...MINUTELY });
    instrumentJob(job, () => {});
    await pass(90);
    expect([runsOf('silent'), nextRun('silent')]).toEqual([{}, START_SECONDS + 60]);
    await pass(1);
    expect(runsOf('silent')).toEqual({ 'scheduled missed': 1 });
    expect(nextRun('silent')).toBe(START_SECONDS + 120);
    await pass(300);
    expect(runsOf('silent')).toEqual({ 'scheduled missed': 6 });
    expect(lines[0]).toEqual({
      level: 'warn',
      message: 'job: missed',
      fields: {
        job_name: 'silent',
        trigger: 'scheduled',
        status: 'missed',
        scheduled_for: '2026-01-01T00:01:00.000Z',
      },
    });
  });

  test('is counted before a scrape shows the job, also when no timer has run', async () => {
    const clock = fakeClock(Date.parse(START));
    onTestFinished(clock.restore);
    const job = declareJob({ name: 'scraped', ...MINUTELY });
    instrumentJob(job, () => {});
    clock.advance(91);
    expect(await readExposition()).toContain(
      'job_runs_total{job_name="scraped",trigger="scheduled",status="missed"} 1',
    );
    expect(nextRun('scraped')).toBe(START_SECONDS + 120);
  });

  test('is not counted while nothing would start it', async () => {
    declareJob({ name: 'only declared', ...MINUTELY });
    await pass(600);
    expect(runsOf('only declared')).toEqual({});
    expect(nextRun('only declared')).toBe(START_SECONDS + 60);
  });

  test('is not counted by a worker of a queue, which can not know whose turn it was', async () => {
    const job = declareJob({ name: 'queued', ...MINUTELY });
    const run = instrumentJob(job, () => {}, 'elsewhere');
    await pass(600);
    await run();
    expect(runsOf('queued')).toEqual({ 'scheduled success': 1 });
    expect(nextRun('queued')).toBe(START_SECONDS + 660);
  });

  test('does not keep the process alive', () => {
    const job = declareJob({ name: 'unref', ...MINUTELY });
    vi.useRealTimers();
    const active = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = active();
    instrumentJob(job, () => {});
    expect(active()).toBe(before);
    job.disable();
  });
});

describe('a start that comes', () => {
  test('late shows that it is late until it comes, and by how much it was', async () => {
    const job = declareJob({ name: 'late', ...MINUTELY });
    const run = instrumentJob(job, () => {});
    await pass(80);
    expect(nextRun('late')).toBe(START_SECONDS + 60);
    await run();
    expect(nextRun('late')).toBe(START_SECONDS + 120);
    expect(lateness('late')).toMatchObject({ count: 1, sum: 20 });
    expect(runsOf('late')).toEqual({ 'scheduled success': 1 });
  });

  test('for a time that the scheduler names is late for that time', async () => {
    const lines = collectLogs();
    const job = declareJob({ name: 'named', ...MINUTELY });
    await pass(75);
    const scheduledFor = new Date('2026-01-01T00:01:00Z');
    let seen: Date | undefined;
    await instrumentJob(job, (run) => {
      seen = run.scheduledFor;
    })({ trigger: 'scheduled', scheduledFor });
    expect(seen).toEqual(scheduledFor);
    expect(lateness('named')).toMatchObject({ count: 1, sum: 15 });
    expect(lines).toMatchObject([{ fields: { start_lateness_seconds: 15 } }]);
  });

  test('by hand is no start of the schedule', async () => {
    const job = declareJob({ name: 'by hand', ...MINUTELY });
    const run = instrumentJob(job, () => {});
    await pass(61);
    await run({ trigger: 'manual' });
    expect(lateness('by hand')?.count).toBe(0);
    await pass(30);
    expect(runsOf('by hand')).toEqual({ 'manual success': 1, 'scheduled missed': 1 });
  });

  test('to find a lock held is no missed one', async () => {
    const job = declareJob({ name: 'follower', ...MINUTELY });
    const run = instrumentJob(job, (run) => run.skippedLocked());
    for (let minute = 0; minute < 5; minute++) {
      await pass(60);
      await run();
    }
    expect(runsOf('follower')).toEqual({ 'scheduled skipped_lock': 5 });
  });
});

describe('a scheduler that keeps runs apart by itself', () => {
  test('has skipped the starts that passed while a run was under way', async () => {
    const job = declareJob({ name: 'protected', ...MINUTELY });
    const { work, end } = held();
    const run = instrumentJob(job, work);
    await pass(60);
    const first = run();
    await pass(130);
    expect(runsOf('protected')).toEqual({ 'scheduled skipped_overlap': 1 });
    end();
    await first;
    await pass(30);
    expect(runsOf('protected')).toEqual({ 'scheduled skipped_overlap': 2, 'scheduled success': 1 });
    await pass(60);
    expect(runsOf('protected')).toMatchObject({ 'scheduled missed': 1 });
  });
});

describe('an interval', () => {
  test('counted from the start of a run keeps its pace', async () => {
    const job = declareJob({ name: 'rate', intervalSeconds: 10 });
    const run = instrumentJob(job, () => {});
    for (let i = 0; i < 5; i++) {
      await pass(10);
      await run();
    }
    expect(runsOf('rate')).toEqual({ 'scheduled success': 5 });
    expect(lateness('rate')).toMatchObject({ count: 5, sum: 0 });
    expect(nextRun('rate')).toBe(START_SECONDS + 60);
  });

  test('counted from the end of a run misses nothing, however long the run is', async () => {
    const job = declareJob({ name: 'delay', intervalSeconds: 10 });
    for (let i = 0; i < 3; i++) {
      const { work, end } = held();
      await pass(10);
      const run = instrumentJob(job, work)();
      await pass(120);
      end();
      await run;
    }
    expect(runsOf('delay')).toEqual({ 'scheduled success': 3 });
    expect(lateness('delay')).toMatchObject({ count: 3, sum: 0 });
  });

  test('that stops is missed every interval', async () => {
    const job = declareJob({ name: 'stopped', intervalSeconds: 10 });
    const run = instrumentJob(job, () => {});
    await pass(10);
    await run();
    await pass(36);
    expect(runsOf('stopped')).toEqual({ 'scheduled success': 1, 'scheduled missed': 3 });
  });

  test.each([7_200, -7_200, 4 * 365 * 86_400])(
    'does not care that the wall clock jumps by %i s',
    async (by) => {
      const name = `jump ${by}`;
      const job = declareJob({ name, intervalSeconds: 10 });
      const run = instrumentJob(job, () => {});
      await pass(10);
      await run();
      jump(by);
      await pass(14);
      expect(runsOf(name)).toEqual({ 'scheduled success': 1 });
      await readExposition();
      expect(nextRun(name)).toBe(START_SECONDS + 20 + by);
      await run();
      expect(lateness(name)).toMatchObject({ count: 2, sum: 4 });
    },
  );
});

test.each([
  ['forwards', 7_200],
  ['backwards', -7_200],
])(
  'a wall clock that jumps %s under a scheduler that goes on neither makes nor hides a run',
  async (_, by) => {
    const name = `clock ${by}`;
    const job = declareJob({ name, ...MINUTELY });
    const run = instrumentJob(job, () => {});
    const schedulerRuns = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        await pass(60);
        await run();
      }
    };
    await schedulerRuns(5);
    jump(by);
    await schedulerRuns(5);
    expect(runsOf(name)).toEqual({ 'scheduled success': 10 });
    await pass(300);
    expect(runsOf(name)['scheduled missed']).toBeGreaterThanOrEqual(3);
  },
);
