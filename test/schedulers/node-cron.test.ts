import { declareJob, scheduleNodeCron } from '@sightglass/scheduler';
import cron from 'node-cron';
import { describe, expect, type TestContext, test, vi } from 'vitest';
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
