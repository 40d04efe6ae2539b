import { processStore } from '@sightglass/core/authors';
import { readExposition } from '@sightglass/core/testing';
import { expect, test, vi } from 'vitest';

vi.hoisted(() => vi.stubEnv('OTEL_SDK_DISABLED', 'true'));

import { declareJob, instrumentJob } from './index.ts';
import { held, runsOf } from './job.support.ts';

test('with the SDK disabled a job does what it does, and nothing is recorded', async () => {
  expect(processStore().enabled).toBe(false);
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const job = declareJob({ name: 'unmeasured', schedule: '* * * * * *', timezone: 'UTC', overlap: 'skip' });
  const { work, end } = held<string>();
  const first = instrumentJob(job, work)();
  expect(await instrumentJob(job, () => 'second')()).toBeUndefined();
  end('first');
  expect(await first).toBe('first');
  await expect(instrumentJob(job, () => Promise.reject(new Error('no')))()).rejects.toThrow('no');
  expect(() => declareJob({ name: 'wrong', schedule: 'wrong' })).toThrow('must have 5 fields');
  job.disable();
  expect(await instrumentJob(job, () => 'third')()).toBeUndefined();
  expect(runsOf('unmeasured')).toEqual({});
  expect(await readExposition()).not.toContain('unmeasured');
  expect(timers).not.toHaveBeenCalled();
});
