import { readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { declareJob, instrumentJob } from './index.ts';
import { collectLogs, held, pass, runsOf, useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';

const START = '2026-01-01T00:00:00Z';
const START_SECONDS = Date.parse(START) / 1000;
useStoppedTime(START);

describe('a declaration', () => {
  test('creates what can happen at zero and exports what was promised', async () => {
    const job = declareJob({ name: 'born', schedule: '0 */6 * * *', timezone: 'UTC', errorTypes: ['quota'] });
    const labels = { job_name: 'born' };
    const lines = (await readExposition()).split('\n').filter((line) => line.includes('job_name="born"'));
    const runs = lines.filter((line) => line.startsWith('job_runs_total'));
    expect(runs).toEqual([
      'job_runs_total{job_name="born",trigger="scheduled",status="success"} 0',
      'job_runs_total{job_name="born",trigger="scheduled",status="failed"} 0',
    ]);
    expect(readMetric(metrics.jobErrors, { ...labels, error_type: 'quota' })).toBe(0);
    expect(readMetric(metrics.jobRetries, labels)).toBe(0);
    expect(readMetric(metrics.jobRunning, labels)).toBe(0);
    expect(readMetric(metrics.jobConsecutiveFailures, labels)).toBe(0);
    expect(readMetric(metrics.jobStartLateness, labels)?.count).toBe(0);
    expect(readMetric(metrics.jobRunDuration, { ...labels, status: 'success' })?.count).toBe(0);
    expect(readMetric(metrics.jobInterval, labels)).toBe(6 * 3600);
    expect(readMetric(metrics.jobEnabled, labels)).toBe(1);
    expect(readMetric(metrics.jobDeclared, labels)).toBe(START_SECONDS);
    expect(readMetric(metrics.jobNextRun, labels)).toBe(START_SECONDS + 6 * 3600);
    expect(readMetric(metrics.jobRunStarted, labels)).toBeUndefined();
    expect(readMetric(metrics.jobLastSuccess, labels)).toBeUndefined();
    expect(job).toMatchObject({ schedule: '0 */6 * * *', timezone: 'UTC', intervalSeconds: 6 * 3600 });
    expect(job.nextRun).toEqual(new Date('2026-01-01T06:00:00Z'));
  });

  test.each([
    ['six hours', { schedule: '0 */6 * * *' }, undefined, 2 * (6 * 3600 + 60)],
    ['ten seconds', { schedule: '*/10 * * * * *' }, undefined, 40],
    ['an objective of five minutes', { schedule: '0 */6 * * *', durationObjectiveSeconds: 300 }, 300, 43_800],
  ] as const)('of %s has the default objectives that follow from it', (_, options, duration, freshness) => {
    const job = declareJob({ name: 'defaults', timezone: 'UTC', ...options });
    expect(job.durationObjectiveSeconds).toBe(duration);
    expect(readMetric(metrics.jobDurationObjective, { job_name: 'defaults' })).toBe(duration);
    expect(job.freshnessObjectiveSeconds).toBe(freshness);
    expect(job.successObjectiveRatio).toBe(0.95);
    expect(readMetric(metrics.jobFreshnessObjective, { job_name: 'defaults' })).toBe(freshness);
  });

  test('lists everything that is wrong with it', () => {
    const wrong = {
      name: '',
      schedule: '0 25 * * *',
      timezone: 'Europe/Atlantis',
      durationObjectiveSeconds: 0,
      freshnessObjectiveSeconds: Number.NaN,
      successObjectiveRatio: 95,
      timeoutSeconds: -1,
      overlap: 'queue',
      retries: 1.5,
      enabled: 'yes',
      lastSuccess: 'yesterday',
      classify: 'timeout',
      errorTypes: [''],
    };
    expect(() => declareJob(wrong as never)).toThrowError(
      expect.objectContaining({
        name: 'DeclarationError',
        problems: [
          'name must be a non-empty string',
          'timezone "Europe/Atlantis" is unknown here',
          'schedule "0 25 * * *" is no cron expression: Invalid value for hour: 25',
          'durationObjectiveSeconds must be a number above 0',
          'freshnessObjectiveSeconds must be a number above 0',
          'timeoutSeconds must be a number above 0',
          'successObjectiveRatio must be between 0 and 1, both excluded',
          'retries must be a whole number from 0',
          "overlap must be 'allow' or 'skip'",
          'enabled must be true or false',
          'lastSuccess must be a Date or a function that gives one',
          'classify must be a function',
          'errorTypes must list the kinds as non-empty strings',
        ],
      }),
    );
  });

  test.each([
    [{ name: 'x' }, 'either schedule or intervalSeconds must say when it starts'],
    [{ name: 'x', schedule: '* * * * *', intervalSeconds: 60 }, 'either schedule or intervalSeconds'],
    [{ name: 'x', intervalSeconds: 60, timezone: 'UTC' }, 'timezone belongs to schedule'],
    [{ name: 'x', schedule: 7 }, 'schedule must be a cron expression'],
    [undefined, 'it needs an object with name'],
  ])('%o says when it starts in one way', (options, problem) => {
    expect(() => declareJob(options as never)).toThrow(problem);
  });

  test('only what was declared can be instrumented', () => {
    expect(() => instrumentJob({ name: 'never declared' } as never, () => {})).toThrow(
      'what declareJob returned',
    );
    expect(() => instrumentJob(undefined as never, () => {})).toThrow('what declareJob returned');
  });

  test('made again replaces the former one, whose runs go on', async () => {
    const { work, end } = held();
    const first = declareJob({ name: 'again', schedule: '* * * * *', timezone: 'UTC' });
    const running = instrumentJob(first, work)();
    const second = declareJob({ name: 'again', intervalSeconds: 600 });
    expect(readMetric(metrics.jobInterval, { job_name: 'again' })).toBe(600);
    expect(readMetric(metrics.jobRunning, { job_name: 'again' })).toBe(1);
    expect(readMetric(metrics.jobNextRun, { job_name: 'again' })).toBe(START_SECONDS + 600);
    await pass(130);
    end();
    await running;
    expect(runsOf('again')).toEqual({ 'scheduled success': 1 });
    expect(readMetric(metrics.jobRunning, { job_name: 'again' })).toBe(0);
    await pass(800);
    expect(runsOf('again')).toEqual({ 'scheduled success': 1, 'scheduled missed': 1 });
    expect(readMetric(metrics.jobDeclared, { job_name: 'again' })).toBe(START_SECONDS);
    first.disable();
    expect(second.enabled).toBe(false);
  });
});

describe('after a restart', () => {
  const lastSuccess = (job_name: string) => readMetric(metrics.jobLastSuccess, { job_name });

  test('the last success is the one that the host has kept', async () => {
    declareJob({ name: 'kept', intervalSeconds: 60, lastSuccess: new Date('2025-12-31T18:00:00Z') });
    declareJob({
      name: 'read',
      intervalSeconds: 60,
      lastSuccess: async () => new Date('2025-12-31T18:00:00Z'),
    });
    await pass(0);
    expect([lastSuccess('kept'), lastSuccess('read')]).toEqual([
      START_SECONDS - 21_600,
      START_SECONDS - 21_600,
    ]);
  });

  test('a run that succeeds before the hook answers is later than what it says', async () => {
    const { work, end } = held<Date>();
    const job = declareJob({ name: 'slow hook', intervalSeconds: 60, lastSuccess: work });
    await instrumentJob(job, () => {})();
    end(new Date('2025-12-31T18:00:00Z'));
    await pass(0);
    expect(lastSuccess('slow hook')).toBe(START_SECONDS);
  });

  test('a job that has never succeeded has no last success', async () => {
    declareJob({ name: 'never', intervalSeconds: 60, lastSuccess: () => undefined });
    await pass(0);
    expect(lastSuccess('never')).toBeUndefined();
  });

  test.each([
    ['throws', () => Promise.reject(new Error('database is down'))],
    ['gives no time', () => 'yesterday' as never],
  ])('a hook that %s is logged and changes nothing', async (_, hook) => {
    const lines = collectLogs();
    declareJob({ name: 'bad hook', intervalSeconds: 60, lastSuccess: hook });
    await pass(0);
    expect(lastSuccess('bad hook')).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'warn', fields: { job_name: 'bad hook' } }]);
  });
});

describe('a disabled job', () => {
  test('is not started by its schedule, misses nothing, and can be run by hand', async () => {
    const job = declareJob({ name: 'off', schedule: '* * * * *', timezone: 'UTC' });
    const work = vi.fn();
    const run = instrumentJob(job, work);
    job.disable();
    expect(readMetric(metrics.jobEnabled, { job_name: 'off' })).toBe(0);
    expect([job.nextRun, readMetric(metrics.jobNextRun, { job_name: 'off' })]).toEqual([
      undefined,
      undefined,
    ]);
    await pass(600);
    await run();
    job.skippedLocked();
    expect([runsOf('off'), work.mock.calls.length]).toEqual([{}, 0]);
    await run({ trigger: 'manual' });
    expect(runsOf('off')).toEqual({ 'manual success': 1 });
    expect((await readExposition()).match(/^job_next_run.*"off"/m)).toBeNull();
  });

  test('expects starts again from the moment it is enabled', async () => {
    const job = declareJob({ name: 'on', schedule: '* * * * *', timezone: 'UTC', enabled: false });
    instrumentJob(job, () => {});
    expect(job.enabled).toBe(false);
    await pass(600);
    job.enable();
    expect(readMetric(metrics.jobEnabled, { job_name: 'on' })).toBe(1);
    expect(job.nextRun).toEqual(new Date('2026-01-01T00:11:00Z'));
    expect(runsOf('on')).toEqual({});
    await pass(91);
    expect(runsOf('on')).toEqual({ 'scheduled missed': 1 });
  });
});

describe('A14: an option that is not known', () => {
  test.each([
    [{ timeZone: 'UTC' }, '"timeZone" is no option; did you mean timezone?'],
    [
      { durationObjectivSeconds: 5 },
      '"durationObjectivSeconds" is no option; did you mean durationObjectiveSeconds?',
    ],
    [{ timeout: 5 }, '"timeout" is no option; did you mean timeoutSeconds?'],
    [{ sources: ['a'] }, '"sources" is no option'],
  ])('%j is refused, with the nearest that is', (unknown, problem) => {
    const options = { name: 'unknown option', schedule: '0 0 * * *', ...unknown };
    expect(() => declareJob(options as never)).toThrow(problem);
  });

  test('is let alone when it is undefined', () => {
    expect(() =>
      declareJob({ name: 'undefined option', intervalSeconds: 5, more: undefined } as never),
    ).not.toThrow();
  });
});

describe('A13: what a scheduler accepts can be declared', () => {
  const HOUR = 3_600;
  test.each([
    ['5/15 * * * *', HOUR / 4],
    ['@daily', 24 * HOUR],
    ['@hourly', HOUR],
    ['0 0 1 January *', 365 * 24 * HOUR + 24 * HOUR],
    ['0 9 * * Mon-Fri', 72 * HOUR],
    ['0 0 L * *', 31 * 24 * HOUR],
    ['0 0 9 ? * MON#2', 35 * 24 * HOUR],
  ])('%s, %f seconds apart at most', (schedule, intervalSeconds) => {
    const job = declareJob({ name: `accepted ${schedule}`, schedule, timezone: 'UTC' });
    expect(job).toMatchObject({ schedule, intervalSeconds });
    expect(job.nextRun!.getTime()).toBeGreaterThan(Date.now());
  });

  test('of years that are over nothing is missed, and no start is due', async () => {
    const job = declareJob({ name: 'last of all', schedule: '30 0 0 1 1 * 2026', timezone: 'UTC' });
    const run = instrumentJob(job, () => 'ran');
    expect(job.nextRun).toEqual(new Date('2026-01-01T00:00:30Z'));
    await pass(30);
    expect(await run()).toBe('ran');
    expect([job.nextRun, job.enabled]).toEqual([undefined, true]);
    await pass(86_400);
    expect(runsOf('last of all')).toEqual({ 'scheduled success': 1 });
    expect(readMetric(metrics.jobNextRun, { job_name: 'last of all' })).toBeUndefined();
  });

  test('a message counts months from 1', () => {
    expect(() => declareJob({ name: 'x', schedule: '0 0 1 13 *' })).toThrow('Invalid value for month: 13');
    expect(() => declareJob({ name: 'x', schedule: '0 0 1 0 *' })).toThrow('Invalid value for month: 0');
  });
});

test('an interval that no timer can keep is refused', () => {
  expect(() => declareJob({ name: 'too fast', intervalSeconds: 1e-9 })).toThrow('no timer is faster');
  expect(declareJob({ name: 'fast', intervalSeconds: 0.001 }).intervalSeconds).toBe(0.001);
});
