import { afterEach, describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob, type Run } from '../job/index.ts';
import { runsOf } from '../job/job.support.ts';
import { InstrumentJob } from './nest.ts';
import { runOnce } from './run-once.ts';
import { every } from './timer.ts';

const thrown = () => {
  throw new Error('of the host');
};

describe('B24: a `Date.now` and a `performance.now` that throw', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('cost no run of a schedule, of a timer or by hand', async () => {
    const job = declareJob({ name: 'clocks throw', schedule: '* * * * *', timezone: 'UTC' });
    const ticking = declareJob({ name: 'clocks throw at a timer', intervalSeconds: 0.02 });
    const run = instrumentJob(job, () => 'ran');
    vi.spyOn(Date, 'now').mockImplementation(thrown);
    vi.spyOn(performance, 'now').mockImplementation(thrown);
    expect([await run(), await run({ trigger: 'manual' })]).toEqual(['ran', 'ran']);
    const twice = new Promise<void>((resolve) => {
      let calls = 0;
      const timer = every(ticking, () => {
        calls++;
        if (calls < 2) return;
        timer.stop();
        resolve();
      });
    });
    await twice;
    for (const say of [job.disable, job.enable, job.standBy, job.stop, job.enable, job.skippedLocked]) say();
    expect(runsOf(job.name)).toMatchObject({ 'scheduled success': 1, 'manual success': 1 });
    expect(declareJob({ name: 'declared without clocks', schedule: '@daily' }).name).toBe(
      'declared without clocks',
    );
  });
});

describe('A12: a host’s test that stops its timers and runs them all ends as without us', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each(['schedule', 'interval'] as const)(
    'round a decorated method of a job with its %s',
    async (kind) => {
      vi.useFakeTimers();
      const name = `fake timers ${kind}`;
      const job =
        kind === 'schedule'
          ? declareJob({ name, schedule: '* * * * *' })
          : declareJob({ name, intervalSeconds: 5 });
      class Prices {
        async sync(_run?: Run) {
          await new Promise((resolve) => setTimeout(resolve, 60_000));
          return 'synced';
        }
      }
      const descriptor = Object.getOwnPropertyDescriptor(Prices.prototype, 'sync') as TypedPropertyDescriptor<
        Prices['sync']
      >;
      InstrumentJob(job)(Prices.prototype, 'sync', descriptor);
      Object.defineProperty(Prices.prototype, 'sync', descriptor);
      const synced = new Prices().sync(undefined);
      await vi.runAllTimersAsync();
      expect(await synced).toBe('synced');
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test('and runOnce', async () => {
    vi.useFakeTimers();
    const job = declareJob({ name: 'fake timers once', intervalSeconds: 5 });
    const flushed = runOnce(job, () => 'ran', {
      flush: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    await vi.runAllTimersAsync();
    expect(await flushed).toBe('ran');
    expect(vi.getTimerCount()).toBe(0);
  });
});
