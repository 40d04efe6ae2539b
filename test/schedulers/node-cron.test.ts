import { readMetric } from '@sightglass/core/testing';
import { declareJob, scheduleNodeCron } from '@sightglass/scheduler';
import * as metrics from '@sightglass/scheduler/metrics';
import cron from 'node-cron';
import { describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { blockFor, held, justBeforeASecond, runsOf, stateOf, untilRunning, untilRuns } from './support.ts';

cron.setLogger({ info() {}, warn() {}, error() {}, debug() {} });

const EVERY_SECOND = { schedule: '* * * * * *', timezone: 'UTC' } as const;
type Options = NonNullable<Parameters<typeof cron.schedule>[2]>;

function schedule({ onTestFinished }: TestContext, name: string, work: () => unknown, options: Options = {}) {
  const job = declareJob({ name, ...EVERY_SECOND });
  const task = scheduleNodeCron(cron, job, work, options);
  onTestFinished(() => {
    job.disable();
    void task.destroy();
  });
  return task;
}

describe.concurrent('node-cron', () => {
  test('records a success when the run has ended, and not when it begins', async (context) => {
    const { work, end } = held();
    schedule(context, 'nc success', work);
    await untilRunning('nc success');
    expect(runsOf('nc success')).not.toHaveProperty('scheduled success');
    expect(stateOf('nc success')).toMatchObject({ lastSuccess: undefined, runStarted: expect.any(Number) });
    end();
    await untilRuns('nc success', 'scheduled success', 2);
    expect(runsOf('nc success')).not.toHaveProperty('scheduled missed');
    const { lateness } = stateOf('nc success');
    expect(lateness.sum / lateness.count).toBeLessThan(0.5);
  });

  test('records a failure, and goes on', async (context) => {
    let attempts = 0;
    schedule(context, 'nc failure', async () => {
      attempts++;
      if (attempts === 1) throw new Error('no');
    });
    await untilRuns('nc failure', 'scheduled failed');
    await untilRuns('nc failure', 'scheduled success');
    expect(stateOf('nc failure').failures).toBe(0);
  });

  test('tells which starts it held back while a run was under way', async (context) => {
    const { work, end } = held();
    schedule(context, 'nc overlap', work, { noOverlap: true });
    await untilRuns('nc overlap', 'scheduled skipped_overlap', 2);
    expect(stateOf('nc overlap').running).toBe(1);
    end();
    await untilRuns('nc overlap', 'scheduled success', 2);
    expect(runsOf('nc overlap')).not.toHaveProperty('scheduled missed');
  });

  test('runs beside each other what it was not told to keep apart', async (context) => {
    const { work, end } = held();
    schedule(context, 'nc beside', work);
    await untilRunning('nc beside');
    await vi.waitUntil(() => stateOf('nc beside').running === 2);
    end();
    await untilRuns('nc beside', 'scheduled success', 2);
    expect(runsOf('nc beside')).toEqual({ 'scheduled success': expect.any(Number) });
  });

  test('tells which starts were left to another process', async (context) => {
    let calls = 0;
    schedule(context, 'nc lock', () => calls++, {
      name: 'nc-lock',
      distributed: true,
      runCoordinator: { shouldRun: () => false },
    });
    await untilRuns('nc lock', 'scheduled skipped_lock', 2);
    expect(runsOf('nc lock')).toEqual({ 'scheduled skipped_lock': expect.any(Number) });
    expect(calls).toBe(0);
  });

  test('run by hand is a manual run', async (context) => {
    const task = schedule(context, 'nc manual', () => {});
    await task.stop();
    await task.execute();
    expect(runsOf('nc manual')).toMatchObject({ 'manual success': 1 });
    expect(stateOf('nc manual').lateness.count).toBe(0);
  });
});

describe('node-cron', () => {
  test('A2: a day of the month and a weekday must both match, in all that follows from it', (context) => {
    const name = 'nc both days';
    const job = declareJob({ name, schedule: '0 9 1-7 * 1', timezone: 'UTC' });
    const task = scheduleNodeCron(cron, job, () => {});
    context.onTestFinished(() => void task.destroy());
    expect(job.nextRun).toEqual(task.getNextRun());
    expect(stateOf(name).nextRun).toBe(task.getNextRun()!.getTime() / 1000);
    const interval = 35 * 86_400;
    expect([job.intervalSeconds, job.freshnessObjectiveSeconds]).toEqual([interval, 2 * (interval + 60)]);
    expect(readMetric(metrics.jobInterval, { job_name: name })).toBe(interval);
    expect(readMetric(metrics.jobFreshnessObjective, { job_name: name })).toBe(2 * (interval + 60));
    // The task goes on as it is when the job is declared again.
    const again = declareJob({
      name,
      schedule: '0 9 1-7 * 1',
      timezone: 'UTC',
      freshnessObjectiveSeconds: 5,
    });
    expect(again.nextRun).toEqual(task.getNextRun());
    expect([again.intervalSeconds, again.freshnessObjectiveSeconds]).toEqual([interval, 5]);
  });

  test.each([{ timezone: 'Asia/Tokyo' }, { timezone: undefined }])(
    'A3: the zone of the job holds, whatever the options say: %j',
    (options) => {
      const job = declareJob({ name: 'nc zone', schedule: '0 9 * * *', timezone: 'America/New_York' });
      const task = scheduleNodeCron(cron, job, () => {}, options as Options);
      onTestFinished(() => void task.destroy());
      expect(task.getNextRun()).toEqual(job.nextRun);
    },
  );

  test.each([
    '@daily',
    '@Weekly',
    '0 0 1 January *',
    '0 9 * * Monday-Friday',
    '0 9 * * fri-mon',
    '0 22-2/2 * * *',
    '0 0 L-3 * *',
    '0 0 LW * *',
    '0 0 15W * *',
    '0 0 * * 5L',
    '0 0 * * 1#2',
    '*/20 10-50/20 * ? * 7',
    '0 0 1-7 */3 1,3',
  ])('A13: what it accepts can be declared, and is expected when it comes: %s', (expression) => {
    const job = declareJob({ name: `nc ${expression}`, schedule: expression, timezone: 'Europe/Berlin' });
    const task = scheduleNodeCron(cron, job, () => {});
    onTestFinished(() => void task.destroy());
    expect(job.nextRun).toEqual(task.getNextRun());
  });

  test('A4: a replica that stands by goes on doing so when its task is stopped and started', async (context) => {
    const job = declareJob({ name: 'nc standby', ...EVERY_SECOND });
    const task = scheduleNodeCron(cron, job, () => {});
    context.onTestFinished(() => void task.destroy());
    job.standBy();
    await task.stop();
    await task.start();
    expect(job.state).toBe('standby');
  });

  test('A4: once it is stopped, destroyed or has had its executions, no start is due and none is missed', async (context) => {
    const task = schedule(context, 'nc limited', () => {}, { maxExecutions: 2 });
    await untilRuns('nc limited', 'scheduled success', 2);
    await vi.waitUntil(() => task.getStatus() === 'destroyed');
    const stopped = schedule(context, 'nc stopped', () => {});
    await stopped.stop();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect([runsOf('nc limited'), runsOf('nc stopped')]).toEqual([{ 'scheduled success': 2 }, {}]);
    expect([stateOf('nc limited').nextRun, stateOf('nc stopped').nextRun]).toEqual([undefined, undefined]);
    await stopped.start();
    await untilRuns('nc stopped', 'scheduled success');
  });

  test.each([1_900, 5_000])(
    'A4: a start that is delayed at random, by up to %i ms, is neither missed nor late',
    async (maxRandomDelay) => {
      const name = `nc jitter ${maxRandomDelay}`;
      const job = declareJob({ name, schedule: '*/2 * * * * *', timezone: 'UTC' });
      const meantFor: (Date | undefined)[] = [];
      const task = scheduleNodeCron(cron, job, (run) => meantFor.push(run.scheduledFor), { maxRandomDelay });
      onTestFinished(() => void task.destroy());
      await untilRuns(name, 'scheduled success', 5);
      expect(runsOf(name)).toEqual({ 'scheduled success': expect.any(Number) });
      expect(stateOf(name).lateness.sum).toBeLessThan(1);
      // Those of a longer delay may overtake each other, and each knows what it is for.
      expect(new Set(meantFor.map((time) => time!.getTime())).size).toBe(meantFor.length);
    },
  );
});

describe('node-cron under a busy event loop', () => {
  test('starts late', async (context) => {
    schedule(context, 'nc late', () => {});
    await untilRuns('nc late', 'scheduled success');
    await justBeforeASecond(50);
    const before = stateOf('nc late').lateness.sum;
    const runs = runsOf('nc late')['scheduled success']!;
    blockFor(500);
    await untilRuns('nc late', 'scheduled success', runs + 1);
    expect(stateOf('nc late').lateness.sum - before).toBeGreaterThan(0.4);
    expect(runsOf('nc late')).not.toHaveProperty('scheduled missed');
  });

  test('misses starts when that lasts longer, each of them once', async (context) => {
    schedule(context, 'nc missed', () => {});
    await untilRuns('nc missed', 'scheduled success');
    await justBeforeASecond(100);
    const runs = runsOf('nc missed')['scheduled success']!;
    blockFor(2_400);
    await untilRuns('nc missed', 'scheduled success', runs + 2);
    // Three seconds began meanwhile; the last of them is still near enough to run.
    expect(runsOf('nc missed')['scheduled missed']).toBe(2);
  });
});
