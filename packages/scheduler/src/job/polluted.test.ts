import { expect, onTestFinished, test } from 'vitest';
import { declareSync } from '../sync/index.ts';
import { declareJob, instrumentJob } from './index.ts';
import { runsOf } from './job.support.ts';

/** Puts properties on `Object.prototype`, as a library may that extends it, or somebody who has found a hole. */
function pollute(properties: object): void {
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  onTestFinished(() => {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  });
}

test('B24: what is on Object.prototype was said by nobody who declares', async () => {
  pollute({
    schedule: 7,
    overlap: 'skip',
    retries: 'many',
    timeoutSeconds: 1e-9,
    classify: () => 'polluted',
    errorTypes: 5,
    enabled: false,
    owner: '',
    lastSuccess: 'never',
    trigger: 'event',
    itemsObjective: 'many',
  });
  const job = declareJob({ name: 'polluted', intervalSeconds: 60 });
  expect([job.enabled, job.schedule]).toEqual([true, undefined]);
  const run = instrumentJob(job, () => new Promise((resolve) => setTimeout(resolve, 5, 'ran')));
  expect(await run()).toBe('ran');
  expect(runsOf('polluted')).toEqual({ 'scheduled success': 1 });
  expect(declareSync({ name: 'polluted sync', intervalSeconds: 60, sources: ['a'] }).sources).toEqual(['a']);
});

test('B19: what a host does to its options later changes nothing', async () => {
  const options = { name: 'mutated', intervalSeconds: 60, retries: 0 };
  const run = instrumentJob(declareJob(options), () => Promise.reject(new Error('no')));
  Object.assign(options, { retries: 5, name: 'other' });
  await expect(run()).rejects.toThrow('no');
  expect(runsOf('mutated')).toEqual({ 'scheduled failed': 1 });
});
