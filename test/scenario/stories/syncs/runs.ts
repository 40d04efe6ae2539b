import { alertStories } from '../../story.ts';
import { PRICING, TEN_MINUTELY } from '../../world/job.ts';
import { declareSync } from '../../world/sync.ts';
import { minutes, seconds } from '../../world/time.ts';

const SYNC = { ...TEN_MINUTELY, sources: ['openrouter', 'featherless'], itemsObjective: 50 } as const;
const BOTH = { openrouter: 40, featherless: 20 };

export const syncWriteErrors = alertStories(
  'SyncWriteErrors',
  {
    severity: 'critical',
    summary: 'What a sync fetched could not be written.',
    runbook: 'syncs.md#syncwriteerrors',
  },
  {
    'fires a minute after something could not be written, a single time, until a run succeeds': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'can not be written', featherless: 20 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PRICING);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 20 });
      await s.untilNext(minutes(10));
      await sync.run(BOTH);
      await s.seen();
      s.resolves(PRICING);
      await s.wait(minutes(9));
    },
    'fires although the run that could not write counts as a success, and ends with one that began after the error':
      async (s) => {
        const { scheduler } = await s.start();
        declareSync(s, { scheduler } as never, SYNC);
        const run = (writeErrors: number, durationSeconds = 10) => {
          const sources = [{ source: 'openrouter', items: 60, writeErrors }];
          scheduler.recordSyncRun({ name: 'pricing-sync', durationSeconds, sources });
        };
        await s.until(s.began + minutes(10) + 1);
        run(1);
        await s.seen();
        await s.wait(minutes(1));
        s.fires(PRICING);
        // The error is of 1:10:01: a run that began then may be the same, one that began a second later is not.
        await s.until(s.began + minutes(16));
        run(0, minutes(6) - 1);
        await s.until(s.began + minutes(17));
        run(0, minutes(7) - 2);
        await s.seen();
        s.resolves(PRICING);
        await s.wait(minutes(4));
      },
    'stays quiet when the next run begins within a minute and writes everything, and for sources that fail':
      async (s) => {
        const app = await s.start();
        const sync = declareSync(s, app, { ...SYNC, intervalSeconds: 30 });
        const other = declareSync(s, app, { ...SYNC, name: 'other' });
        await s.until(s.began + minutes(10) + 16);
        await sync.run({ openrouter: 'can not be written', featherless: 20 });
        await other.run({ openrouter: 'fails', featherless: 'times out' });
        for (let i = 0; i < 20; i++) {
          await s.untilNext(30);
          await sync.run(BOTH);
        }
      },
    'fires for a write that failed while the target could not be scraped for seven minutes (S10)': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.until(s.began + minutes(9));
      s.discover(false);
      await s.until(s.began + minutes(11));
      await sync.run({ openrouter: 'can not be written', featherless: 20 });
      await s.until(s.began + minutes(16));
      s.discover(true);
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PRICING);
      await s.wait(minutes(5));
    },
    'fires for the first write of a process, which failed before its first scrape (S11)': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await sync.run({ openrouter: 'can not be written', featherless: 20 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PRICING);
      await s.wait(minutes(5));
    },
    'ends when somebody disables the sync because of it, also when its process is gone (S22)': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.wait(minutes(1));
      await sync.run({ openrouter: 'can not be written', featherless: 20 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PRICING);
      await s.wait(minutes(1));
      sync.disable();
      await s.seen();
      s.resolves(PRICING);
      await s.wait(minutes(2));
      s.die();
      await s.wait(minutes(30));
    },
    'judges each sync by its own success': async (s) => {
      const app = await s.start();
      const sync = declareSync(s, app, SYNC);
      const other = declareSync(s, app, { ...SYNC, name: 'other' });
      await s.until(s.began + minutes(5));
      await other.run({ openrouter: 'can not be written' });
      await s.seen();
      await s.wait(minutes(1));
      s.fires({ job_name: 'other' });
      await s.wait(minutes(1));
      await other.run(BOTH);
      await s.seen();
      s.resolves({ job_name: 'other' });
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'can not be written', featherless: 20 });
      await s.seen();
      await s.wait(minutes(1));
      s.fires(PRICING);
      await s.wait(minutes(2));
    },
  },
);

export const syncLowItems = alertStories(
  'SyncLowItems',
  {
    severity: 'warning',
    summary: 'A sync brought fewer items than it should.',
    runbook: 'syncs.md#synclowitems',
  },
  {
    'fires five minutes after a run that brought fewer items than it should, until one brings enough': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 30, featherless: 20 });
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 30, featherless: 19 });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(PRICING);
      await s.untilNext(minutes(10));
      await sync.run(BOTH);
      await s.seen();
      s.resolves(PRICING);
      await s.wait(minutes(9));
    },
    'stays quiet for a sync without an objective, for a disabled one, and holds each to its own': async (
      s,
    ) => {
      const app = await s.start();
      const { itemsObjective: _, ...without } = SYNC;
      const none = declareSync(s, app, { ...without, name: 'none' });
      const few = declareSync(s, app, { ...SYNC, name: 'few', itemsObjective: 5 });
      const disabled = declareSync(s, app, { ...SYNC, name: 'disabled' });
      const sync = declareSync(s, app, SYNC);
      await none.run({ openrouter: 1, featherless: 1 });
      await few.run({ openrouter: 6, featherless: 1 });
      await disabled.run({ openrouter: 1, featherless: 1 });
      disabled.disable();
      await sync.run(BOTH);
      await s.wait(minutes(9));
    },
  },
);

export const syncCompleted = alertStories(
  'SyncCompleted',
  {
    severity: 'info',
    summary: 'A sync has completed.',
    runbook: 'syncs.md#synccompleted',
  },
  {
    'is shown for five minutes after each success of a sync, not of another job': async (s) => {
      const app = await s.start();
      const sync = declareSync(s, app, SYNC);
      const job = app.scheduler.declareJob({ ...TEN_MINUTELY, name: 'a job' });
      await s.until(s.began + minutes(10) - 2);
      await sync.run(BOTH);
      await app.scheduler.instrumentJob(job, () => {})({ trigger: 'manual' });
      await s.seen();
      s.fires(PRICING);
      await s.until(s.began + minutes(15) + seconds(30));
      s.resolves(PRICING);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 'fails' });
      await s.wait(minutes(9));
    },
    'stays quiet for a sync that never succeeded': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 1 });
      await s.wait(minutes(9));
    },
  },
);
