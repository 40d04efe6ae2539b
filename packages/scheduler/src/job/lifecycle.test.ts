import { readExposition, readMetric } from '@sightglass/core/testing';
import { describe, expect, test } from 'vitest';
import { every } from '../adapters/index.ts';
import { declareSync, recordSyncRun, syncRun } from '../sync/index.ts';
import { declareJob, instrumentJob, retireJob, stopJobs } from './index.ts';
import { held, pass, runsOf, useStoppedTime } from './job.support.ts';
import * as metrics from './metrics.ts';

useStoppedTime('2026-01-01T00:00:00Z');

let count = 0;
let name: string;
const declare = (more: object = {}) => {
  name = `lifecycle-${count++}`;
  return declareJob({ name, intervalSeconds: 60, ...more });
};

/** What is exported of the job, each line without its name. */
async function exported(): Promise<string[]> {
  const lines = (await readExposition()).split('\n').filter((line) => line.includes(`job_name="${name}"`));
  return lines.map((line) => line.replace(`job_name="${name}",`, '').replace(`{job_name="${name}"}`, ''));
}
const states = async () =>
  (await exported())
    .filter((line) => line.startsWith('job_lifecycle_state'))
    .map((line) => line.replace(/^.*state="(\w+)"\} /, '$1 '))
    .sort();

describe('whether a job is meant to run', () => {
  test('is told by one state, and by 0 for those that it had', async () => {
    const job = declare();
    expect(await states()).toEqual(['enabled 1']);
    job.standBy();
    expect([job.state, job.enabled, readMetric(metrics.jobEnabled, { job_name: name })]).toEqual([
      'standby',
      false,
      0,
    ]);
    expect(await states()).toEqual(['enabled 0', 'standby 1']);
    job.enable();
    expect(readMetric(metrics.jobEnabled, { job_name: name })).toBe(1);
    job.stop();
    expect(await states()).toEqual(['enabled 0', 'standby 0', 'stopping 1']);
  });

  test('is what a person said, whatever the replica or the process says', async () => {
    const job = declare({ enabled: false });
    job.standBy();
    job.stop();
    stopJobs();
    expect(job.state).toBe('disabled');
    job.enable();
    expect(await states()).toEqual(['disabled 0', 'enabled 1']);
  });

  test.each(['disable', 'standBy', 'stop'] as const)(
    'after %s() nothing is started or missed',
    async (say) => {
      const job = declare();
      let ran = 0;
      const run = instrumentJob(job, () => void ran++);
      job[say]();
      await pass(600);
      await run();
      expect([ran, job.nextRun, runsOf(name)]).toEqual([0, undefined, {}]);
      await run({ trigger: 'manual' });
      expect(ran).toBe(1);
    },
  );

  test('a timer that stops says that the process ends, and so do all jobs at once', () => {
    const first = declare();
    const second = declare();
    every(first, () => {}).stop();
    expect([first.state, second.state]).toEqual(['stopping', 'enabled']);
    stopJobs();
    expect(second.state).toBe('stopping');
  });
});

describe('a job that is retired', () => {
  test('exports that alone; no start of it runs, and a run that is under way is not recorded', async () => {
    const job = declare({ owner: 'data', pages: false, durationObjectiveSeconds: 5 });
    const { work, end } = held();
    const run = instrumentJob(job, async (run) => {
      await work();
      run.retried();
    });
    const underWay = run();
    job.retire();
    expect(await exported()).toEqual(['job_lifecycle_state{state="retired"} 1']);
    end();
    await underWay;
    await run({ trigger: 'manual' });
    job.skippedLocked();
    job.enable();
    job.disable();
    await pass(600);
    expect(job.state).toBe('retired');
    expect(await exported()).toEqual(['job_lifecycle_state{state="retired"} 1']);
  });

  test('begins anew when it is declared again', async () => {
    declare().retire();
    const job = declareJob({ name, intervalSeconds: 60 });
    await instrumentJob(job, () => {})();
    expect(await states()).toEqual(['enabled 1', 'retired 0']);
    expect(runsOf(name)).toEqual({ 'scheduled success': 1 });
  });

  test('may be one that the code does not declare any more, and nothing throws', async () => {
    name = 'lifecycle-gone';
    recordSyncRun({ name, durationSeconds: 1, sources: [{ source: 'a', items: 1 }] });
    retireJob(name);
    recordSyncRun({ name, durationSeconds: 1, sources: [{ source: 'a', errorType: 'b', writeErrors: 1 }] });
    expect(await exported()).toEqual(['job_lifecycle_state{state="retired"} 1']);
    for (const anything of [undefined, null, 7, '', {}]) retireJob(anything as never);
  });

  test('may be a sync: its sources end with it', async () => {
    name = `lifecycle-${count++}`;
    const sync = declareSync({ name, intervalSeconds: 60, sources: ['a', 'b'] });
    await syncRun(sync, async (run) => {
      sync.retire();
      run.synced('a', 3);
      sync.addSource('c');
      sync.retireSource('b');
      await run.source('b', async ({ request, write }) => {
        await request(() => {});
        await write(() => Promise.reject(new Error('full')));
        return { items: 1 };
      });
    })({ trigger: 'manual' });
    expect(await exported()).toEqual(['job_lifecycle_state{state="retired"} 1']);
  });
});

describe('what a declaration may leave open', () => {
  test('is exported when it is said, and taken back when it is not any more', async () => {
    declare({ owner: 'data', pages: false, durationObjectiveSeconds: 5 });
    const open = async () =>
      (await exported()).filter((line) => /owner|pages|duration_objective/.test(line)).sort();
    expect(await open()).toEqual([
      'job_duration_objective_seconds 5',
      'job_owner_info{owner="data"} 1',
      'job_pages 0',
    ]);
    declareJob({ name, intervalSeconds: 60, owner: 'platform', pages: true });
    expect(await open()).toEqual(['job_owner_info{owner="platform"} 1']);
  });

  test('must be what it can be', () => {
    expect(() => declare({ owner: '', pages: 1 })).toThrowError(
      expect.objectContaining({
        problems: ['pages must be true or false', 'owner must be a non-empty string'],
      }),
    );
  });
});
