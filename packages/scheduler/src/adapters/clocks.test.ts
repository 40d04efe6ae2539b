import { afterEach, describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob } from '../job/index.ts';
import { runsOf } from '../job/job.support.ts';
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
