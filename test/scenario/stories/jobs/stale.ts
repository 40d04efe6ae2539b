import { alertStories } from '../../story.ts';
import { declareJob, PRICING, runs, TEN_MINUTELY } from '../../world/job.ts';
import { hours, minutes } from '../../world/time.ts';

/** Seven eighths of forty minutes, the first evaluation beyond, and the hold. */
const FORTY = { ...TEN_MINUTELY, freshnessObjectiveSeconds: minutes(40) };
const STALE = minutes(35) + 30 + minutes(5);

export const jobStale = alertStories(
  'JobStale',
  {
    severity: 'warning',
    summary: 'The last success of a job is long ago.',
    runbook: 'jobs.md#jobstale',
  },
  {
    'fires when the last success is nearly as old as it may be, although the job runs, until the next success':
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, FORTY);
        app.scheduler.declareSync({ ...FORTY, name: 'a sync', sources: ['openrouter'] });
        await runs(s, job, 1);
        const ended = s.now;
        await runs(s, job, 4, { ends: 'in part' });
        await s.until(ended + STALE);
        s.fires(PRICING);
        await s.wait(minutes(1));
        await job.run();
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(2));
      },
    'is not made fresh by a restart, with or without the last success from before, nor by being dead': async (
      s,
    ) => {
      const job = declareJob(s, await s.start(), FORTY);
      await runs(s, job, 1);
      const ended = s.now;
      await s.wait(minutes(5));
      declareJob(s, await s.start(), { ...FORTY, lastSuccess: new Date(ended * 1_000) });
      await s.wait(minutes(5));
      declareJob(s, await s.start(), FORTY);
      await s.wait(minutes(5));
      s.die();
      await s.until(ended + STALE);
      s.fires(PRICING);
      await s.wait(minutes(1));
    },
    'stays quiet between runs that succeed in time, while a job is disabled, and where nothing ever succeeded':
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, { ...FORTY, freshnessObjectiveSeconds: minutes(12) });
        declareJob(s, app, { ...FORTY, name: 'never' });
        await runs(s, job, 3);
        job.disable();
        await s.wait(hours(1));
      },
    'does not count from a success of before the job was retired, when it is declared again': async (s) => {
      const job = declareJob(s, await s.start(), FORTY);
      await runs(s, job, 1);
      await s.seen();
      job.retire();
      await s.wait(minutes(5));
      s.die();
      await s.wait(hours(1));
      const again = declareJob(s, await s.start(), FORTY);
      await s.wait(minutes(25));
      await again.run();
      const ended = s.now;
      await s.seen();
      s.die();
      await s.until(ended + STALE);
      s.fires(PRICING);
      await s.wait(minutes(1));
    },
    'takes the success of the replica that succeeded last': [
      async (s) => {
        const job = declareJob(s, await s.start(), FORTY);
        await runs(s, job, 3);
        await s.until(s.began + hours(1) + minutes(20));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), FORTY);
        await runs(s, job, 1);
        await s.until(s.began + minutes(30) + 30 + STALE);
        s.fires(PRICING);
        await s.until(s.began + hours(1) + minutes(20));
      },
    ],
    'leaves the sources of a sync to the alert on each of them': async (s) => {
      const { scheduler } = await s.start();
      scheduler.declareSync({ ...FORTY, sources: ['openrouter'] });
      scheduler.recordSyncRun({
        name: 'pricing-sync',
        durationSeconds: 1,
        sources: [{ source: 'openrouter' }],
      });
      await s.wait(hours(1));
    },
  },
);

export const jobNeverSucceeded = alertStories(
  'JobNeverSucceeded',
  {
    severity: 'warning',
    summary: 'A job has never succeeded since it was declared.',
    runbook: 'jobs.md#jobneversucceeded',
  },
  {
    'fires when the first success has been waited for as long as one may be old, over restarts, until it comes':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await runs(s, job, 1, { ends: 'badly' });
        const again = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(s.began + minutes(20) + 30 + minutes(5));
        s.fires(PRICING);
        await s.wait(minutes(1));
        await again.run();
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(2));
      },
    'stays quiet for a first run ever that comes in time, for good': async (s) => {
      const job = declareJob(s, await s.start(), TEN_MINUTELY);
      await runs(s, job, 2);
      await s.wait(hours(1));
    },
    'stays quiet for one that has succeeded before, as the host knows': async (s) => {
      declareJob(s, await s.start(), { ...TEN_MINUTELY, lastSuccess: new Date(0) });
      await s.wait(hours(1));
    },
    'waits for a job that was declared disabled from when it is enabled, and for another that comes later from then':
      async (s) => {
        const app = await s.start();
        const job = declareJob(s, app, { ...TEN_MINUTELY, enabled: false });
        await s.until(s.began + minutes(5));
        declareJob(s, app, { ...TEN_MINUTELY, name: 'later' });
        await s.until(s.began + minutes(30));
        job.enable();
        await s.until(s.began + minutes(30) + 30);
        s.fires({ job_name: 'later' });
        await s.until(s.began + minutes(55) + 30);
        s.fires(PRICING);
        await s.wait(minutes(2));
      },
  },
);

export const jobDisabled = alertStories(
  'JobDisabled',
  {
    severity: 'info',
    summary: 'A job is disabled.',
    runbook: 'jobs.md#jobdisabled',
  },
  {
    'fires five minutes after somebody disabled the job, also while its process is dead, until it is enabled':
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.wait(minutes(2));
        job.disable();
        await s.seen();
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(4));
        s.fires(PRICING);
        await s.wait(minutes(2));
        declareJob(s, await s.start(), TEN_MINUTELY);
        await s.seen();
        s.resolves(PRICING);
      },
    'stays quiet while one of two replicas has the job enabled, and when it is disabled for a moment': [
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        job.disable();
        await s.until(s.began + minutes(16));
      },
      async (s) => {
        const job = declareJob(s, await s.start(), TEN_MINUTELY);
        await s.until(s.began + minutes(10));
        job.disable();
        await s.wait(minutes(4));
        job.enable();
        await s.until(s.began + minutes(16));
      },
    ],
  },
);
