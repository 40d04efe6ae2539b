import { readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { declareSync, syncRun } from '../sync/index.ts';
import { declareJob, instrumentJob } from './index.ts';
import { pass, useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';

useStoppedTime('2026-01-01T00:00:00Z');

/** What a declared job may cost. */
const BUDGET = 60;

/** The lines of the exposition that are about the job. */
const linesOf = async (name: string) =>
  (await readExposition()).split('\n').filter((line) => line.includes(`job_name="${name}"`));

/** Everything that a declaration can ask for. */
const all = {
  owner: 'data',
  pages: false,
  durationObjectiveSeconds: 45,
  freshnessObjectiveSeconds: 3_600,
  timeoutSeconds: 30_000,
  overlap: 'skip',
  retries: 2,
} as const;

describe('the series of a job, after its declaration, while it runs and after it has', () => {
  test.each([
    ['of cron', (name: string) => declareJob({ ...all, name, schedule: '*/10 * * * *', timezone: 'UTC' })],
    ['of a timer', (name: string) => declareJob({ ...all, name, intervalSeconds: 600 })],
  ] as const)('%s are within the budget', async (name, declare) => {
    const job = declare(name);
    expect((await linesOf(name)).length).toBeLessThanOrEqual(BUDGET);
    const run = instrumentJob(job, async () => {
      expect((await linesOf(name)).length).toBeLessThanOrEqual(BUDGET);
    });
    await run();
    await pass(600);
    await run();
    job.standBy();
    job.enable();
    const lines = await linesOf(name);
    expect(lines.length).toBeLessThanOrEqual(BUDGET);
    expect(lines.length).toBeGreaterThan(45);
  });

  test('of a sync are within the budget, beside those of its sources', async () => {
    const name = 'of a sync';
    const sync = declareSync({ ...all, name, intervalSeconds: 600, sources: ['a'], itemsObjective: 5 });
    const run = syncRun(sync, (run) => run.synced('a', 5));
    const count = async () => (await linesOf(name)).filter((line) => !line.includes('source="')).length;
    expect(await count()).toBeLessThanOrEqual(BUDGET);
    await run();
    expect(await count()).toBeLessThanOrEqual(BUDGET);
  });
});

describe('a series is created when what it counts can happen', () => {
  const runs = async (name: string) =>
    (await linesOf(name)).flatMap((line) =>
      line.startsWith('job_runs_total') ? [line.replace(/^.*trigger="(\w+)",status="(\w+)"\}/, '$1 $2')] : [],
    );

  test('by what the declaration says', async () => {
    declareJob({ name: 'plain', intervalSeconds: 60 });
    expect(await runs('plain')).toEqual(['scheduled success 0', 'scheduled failed 0']);
    declareJob({ name: 'limited', intervalSeconds: 60, timeoutSeconds: 5, overlap: 'skip' });
    expect(await runs('limited')).toEqual([
      'scheduled success 0',
      'scheduled failed 0',
      'scheduled timeout 0',
      'scheduled skipped_overlap 0',
    ]);
    declareSync({ name: 'of sources', intervalSeconds: 60, sources: ['a'] });
    expect(await runs('of sources')).toContain('scheduled partial 0');
  });

  test('by who watches its starts, also when it is declared again', async () => {
    const job = declareJob({ name: 'elsewhere', intervalSeconds: 60 });
    instrumentJob(job, () => {}, 'elsewhere');
    expect(await runs('elsewhere')).toHaveLength(2);
    instrumentJob(job, () => {});
    const watched = ['scheduled missed 0', 'scheduled skipped_overlap 0'];
    expect(await runs('elsewhere')).toEqual(expect.arrayContaining(watched));
    job.retire();
    declareJob({ name: 'elsewhere', intervalSeconds: 60 });
    expect(await runs('elsewhere')).toEqual(expect.arrayContaining(watched));
  });

  test('else by its first event', async () => {
    const job = declareJob({ name: 'by hand', intervalSeconds: 60 });
    await instrumentJob(job, (run) => run.partial(), 'elsewhere')({ trigger: 'manual' });
    expect(await runs('by hand')).toContain('manual partial 1');
    expect(readMetric(metrics.jobRunDuration, { job_name: 'by hand', status: 'partial' })?.count).toBe(1);
  });
});

describe('the buckets of a job', () => {
  const boundsOf = (name: string, status: 'success' | 'failed' = 'success') =>
    metrics.jobRunDuration.series.peek({ job_name: name, status })?.bounds.upper;

  test('tell apart runs of a fraction of a second', () => {
    declareJob({ name: 'short', intervalSeconds: 60 });
    const bounds = boundsOf('short') as number[];
    const around = [bounds.findLast((bound) => bound < 0.15), bounds.find((bound) => bound >= 0.15)];
    expect(around).toEqual([0.1, 0.2]);
  });

  test.each([0.4, 45, 60, 8 * 3600])('have what is promised as a bound: %s s', async (promised) => {
    const name = `promises ${promised}`;
    const job = declareJob({ name, intervalSeconds: 86_400, durationObjectiveSeconds: promised });
    await instrumentJob(job, () => Promise.reject(new Error('no')))().catch(() => {});
    expect(boundsOf(name)).toContain(promised);
    expect(boundsOf(name, 'failed')).toEqual(boundsOf(name));
  });

  test('end with the time limit, which no run outlasts', () => {
    declareJob({ name: 'limited', intervalSeconds: 60, timeoutSeconds: 20 });
    expect(boundsOf('limited')?.at(-1)).toBe(30);
    declareJob({ name: 'limited', intervalSeconds: 60, timeoutSeconds: 20, durationObjectiveSeconds: 90 });
    expect(boundsOf('limited')?.slice(-2)).toEqual([30, 90]);
  });

  test('follow a declaration that is made again, and stay where it promises the same', async () => {
    const facts = { name: 'again', intervalSeconds: 60, durationObjectiveSeconds: 7 } as const;
    await instrumentJob(declareJob(facts), () => {})();
    declareJob(facts);
    expect(readMetric(metrics.jobRunDuration, { job_name: 'again', status: 'success' })?.count).toBe(1);
    declareJob({ ...facts, durationObjectiveSeconds: 8 });
    expect(boundsOf('again')).toContain(8);
    expect(boundsOf('again')).not.toContain(7);
  });
});
