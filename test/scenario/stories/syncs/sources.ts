import { alertStories } from '../../story.ts';
import { PRICING, TEN_MINUTELY } from '../../world/job.ts';
import { declareSync } from '../../world/sync.ts';
import { hours, minutes, seconds } from '../../world/time.ts';

const of = (source: string) => ({ ...PRICING, source });
const A = of('openrouter');
const B = of('featherless');
const BOTH = { openrouter: 40, featherless: 20 };
const SYNC = { ...TEN_MINUTELY, sources: ['openrouter', 'featherless'] } as const;
/** Of which seven eighths are a whole number of evaluations, and so are nine tenths. */
const FORTY = { ...SYNC, freshnessObjectiveSeconds: minutes(40) };
const STALE = minutes(35) + 30 + minutes(5);

export const syncDataStale = alertStories(
  'SyncDataStale',
  {
    severity: 'warning',
    summary: 'What comes from a source of a sync is old.',
    runbook: 'syncs.md#syncdatastale',
  },
  {
    'fires for the one source that gives nothing while the other does, until it gives again': async (s) => {
      const sync = declareSync(s, await s.start(), FORTY);
      await s.until(s.began + minutes(10) - 2);
      await sync.run({ featherless: 20, openrouter: 40 });
      for (let i = 2; i <= 4; i++) {
        await s.untilNext(minutes(10));
        await sync.run({ featherless: 20, openrouter: 'fails' });
      }
      await s.until(s.began + minutes(10) + STALE);
      s.fires(A);
      await s.wait(minutes(1));
      await sync.run(BOTH);
      await s.seen();
      s.resolves(A);
      await s.wait(minutes(2));
    },
    'fires for a source that never gave anything since it is known, and not for one that is retired': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), {
        ...FORTY,
        sources: ['openrouter', 'featherless', 'old'],
      });
      await s.wait(minutes(30));
      sync.retireSource('old');
      await sync.run({ openrouter: 1 });
      await s.until(s.began + STALE);
      s.fires(B);
      await s.wait(minutes(5));
    },
    'stays quiet while each success comes just before the last one has been too old for five minutes': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), FORTY);
      for (const end of [10, 50, 90]) {
        await s.until(s.began + minutes(end) - 2);
        await sync.run(BOTH);
      }
      await s.wait(minutes(10));
    },
    'fires while all processes are dead, and pages nobody once the job is disabled': async (s) => {
      const sync = declareSync(s, await s.start(), FORTY);
      await s.until(s.began + minutes(10) - 2);
      await sync.run(BOTH);
      const ended = s.now;
      await s.wait(minutes(10));
      s.die();
      await s.until(ended + STALE - 30);
      s.fires(A);
      await s.wait(30);
      s.fires(B);
      await s.wait(minutes(1));
      const again = declareSync(s, await s.start(), FORTY);
      again.disable();
      await s.seen();
      s.resolves(A);
      s.resolves(B);
      await s.wait(minutes(2));
    },
    'counts on from when a source was first found, over deploys after which it is found again (S32)': async (
      s,
    ) => {
      for (let i = 0; i < 4; i++) {
        const sync = declareSync(s, await s.start(), { ...FORTY, sources: ['openrouter'] });
        await s.wait(minutes(2));
        sync.addSource('found');
        await sync.run({ openrouter: 1, found: 'fails' });
        if (i < 3) await s.until(s.began + (i + 1) * minutes(12));
      }
      await s.until(s.began + minutes(2) + STALE);
      s.fires(of('found'));
      await s.wait(minutes(1));
    },
    'holds each sync to its own promise, whatever another has': [
      async (s) => {
        const sync = declareSync(s, await s.start(), FORTY);
        await s.until(s.began + minutes(10) - 2);
        await sync.run(BOTH);
        await s.until(s.began + STALE);
        s.fires({ job_name: 'other', source: 'openrouter' });
        await s.until(s.began + minutes(45));
      },
      async (s) => {
        const app = await s.start();
        declareSync(s, app, { ...FORTY, name: 'other', sources: ['openrouter'] });
        const disabled = declareSync(s, app, { ...FORTY, name: 'disabled', sources: ['openrouter'] });
        disabled.disable();
        await s.until(s.began + minutes(45));
      },
    ],
  },
);

export const syncSourceFailing = alertStories(
  'SyncSourceFailing',
  {
    severity: 'warning',
    summary: 'A source of a sync fails.',
    runbook: 'syncs.md#syncsourcefailing',
  },
  {
    'fires five minutes after an error of a source that gave nothing after it, until it gives again': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run(BOTH);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 20 });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(A);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 20 });
      await s.untilNext(minutes(10));
      await sync.run(BOTH);
      await s.seen();
      s.resolves(A);
      await s.wait(minutes(5));
    },
    'stays quiet for an error that the same run makes good, and for one that the next run makes good at once':
      async (s) => {
        const sync = declareSync(s, await s.start(), SYNC);
        await s.untilNext(minutes(10));
        await sync.run({ openrouter: 'fails', featherless: 20 });
        await sync.run(BOTH);
        await s.untilNext(minutes(10));
        await sync.run({ openrouter: 'fails', featherless: 'times out' });
        await s.wait(minutes(4));
        await sync.run(BOTH);
        await s.wait(minutes(9));
      },
    'fires for an error of the time in which the target could not be scraped (S10)': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.until(s.began + minutes(9));
      s.discover(false);
      await s.until(s.began + minutes(11));
      await sync.run({ openrouter: 'fails', featherless: 20 });
      await s.until(s.began + minutes(16));
      s.discover(true);
      await s.seen();
      await s.wait(minutes(5));
      s.fires(A);
      await s.wait(minutes(1));
    },
    'goes by when the error was, not by when it was seen, and by the source of the same sync': async (s) => {
      const app = await s.start();
      const sync = declareSync(s, app, { ...SYNC, sources: [...SYNC.sources, 'repaired'] });
      const other = declareSync(s, app, { ...SYNC, name: 'other' });
      await s.until(s.began + minutes(1));
      await other.run({ openrouter: 'fails' });
      await other.run({ openrouter: 1 });
      await sync.run({ repaired: 'fails' });
      await sync.run({ repaired: 1 });
      await s.until(s.began + minutes(9) + seconds(44));
      await sync.run({ openrouter: 1 });
      await s.until(s.began + minutes(9) + seconds(59));
      await sync.run({ featherless: 1 });
      // Of 1:10:01 and 1:10:02, and seen with the successes of a few seconds before.
      await sync.run({ openrouter: 'fails', featherless: 'fails' });
      await s.until(s.began + minutes(15) + seconds(30));
      s.fires(A);
      s.fires(B);
      await s.wait(minutes(1));
    },
  },
);

export const syncSourceTimeouts = alertStories(
  'SyncSourceTimeouts',
  {
    severity: 'warning',
    summary: 'Requests to a source of a sync time out.',
    runbook: 'syncs.md#syncsourcetimeouts',
  },
  {
    'fires at the first timeout ever, for half an hour after the last': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'times out', featherless: 20 });
      await s.seen();
      s.fires(A);
      await s.until(s.began + minutes(10) + minutes(30) + seconds(30));
      s.resolves(A);
      await s.wait(minutes(5));
    },
    'goes on up to the next run of a sync that runs more rarely, each by its own interval': async (s) => {
      const app = await s.start();
      const rare = declareSync(s, app, { ...SYNC, intervalSeconds: minutes(30) });
      declareSync(s, app, { ...SYNC, name: 'another', intervalSeconds: hours(5) });
      await s.untilNext(minutes(10));
      await rare.run({ openrouter: 'times out', featherless: 20 });
      await s.seen();
      s.fires(A);
      await s.until(s.began + minutes(10) + minutes(45) + seconds(30));
      s.resolves(A);
      await s.wait(minutes(5));
    },
    'stays quiet for errors that are none': async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.untilNext(minutes(10));
      await sync.run({ openrouter: 'fails', featherless: 'can not be written' });
      await s.wait(minutes(10));
    },
  },
);

export const syncSourceAdded = alertStories(
  'SyncSourceAdded',
  {
    severity: 'info',
    summary: 'A sync has a new source.',
    runbook: 'syncs.md#syncsourceadded',
  },
  {
    'is shown for an hour when a source comes later than the first, not when a process starts again': async (
      s,
    ) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.wait(minutes(5));
      sync.addSource('early');
      await s.wait(seconds(20));
      sync.addSource('later');
      await s.seen();
      s.fires(of('later'));
      await s.until(s.began + minutes(6));
      sync.addSource('late');
      await s.seen();
      s.fires(of('late'));
      await s.wait(minutes(9));
      declareSync(s, await s.start(), { ...SYNC, sources: [...SYNC.sources, 'early', 'later', 'late'] });
      await s.until(s.began + hours(1) + minutes(5) + 30);
      s.resolves(of('later'));
      await s.until(s.began + hours(1) + minutes(6));
      s.resolves(of('late'));
      await s.wait(minutes(5));
    },
    'goes by the first source of the same sync': [
      async (s) => {
        declareSync(s, await s.start(), SYNC);
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        await s.until(s.began + minutes(10));
        declareSync(s, await s.start(), { ...SYNC, name: 'another' });
        await s.until(s.began + minutes(20));
      },
    ],
  },
);

export const syncSourceVanished = alertStories(
  'SyncSourceVanished',
  {
    severity: 'info',
    summary: 'A sync no longer has a source that it had.',
    runbook: 'syncs.md#syncsourcevanished',
  },
  {
    'is shown fifteen minutes after a run without a source that a deploy took out, until the source is retired':
      async (s) => {
        declareSync(s, await s.start(), SYNC);
        await s.wait(minutes(5));
        const sync = declareSync(s, await s.start(), { ...SYNC, sources: ['featherless'] });
        await s.untilNext(minutes(10));
        await sync.run({ featherless: 20 });
        await s.seen();
        await s.wait(minutes(15));
        s.fires(A);
        await s.wait(minutes(2));
        sync.addSource('openrouter');
        sync.retireSource('openrouter');
        await s.seen();
        s.resolves(A);
        await s.wait(minutes(20));
      },
    'ends when the source is there again, and goes on while all processes are gone': async (s) => {
      declareSync(s, await s.start(), SYNC);
      await s.wait(minutes(5));
      const sync = declareSync(s, await s.start(), { ...SYNC, sources: ['featherless'] });
      await sync.run({ featherless: 20 });
      await s.seen();
      await s.wait(minutes(15));
      s.fires(A);
      s.die();
      await s.wait(minutes(20));
      declareSync(s, await s.start(), SYNC);
      await s.seen();
      s.resolves(A);
      await s.wait(minutes(5));
    },
    'stays quiet for a source that was retired, for one that is back within fifteen minutes, and before a run':
      async (s) => {
        const sync = declareSync(s, await s.start(), { ...SYNC, sources: [...SYNC.sources, 'retired'] });
        await s.wait(minutes(5));
        sync.retireSource('retired');
        await s.seen();
        await sync.run(BOTH);
        await s.wait(minutes(5));
        const again = declareSync(s, await s.start(), { ...SYNC, sources: ['featherless'] });
        await s.wait(minutes(20));
        await again.run({ featherless: 20 });
        await s.wait(minutes(14));
        again.addSource('openrouter');
        await s.wait(minutes(20));
      },
    'stays quiet when all processes are gone, also those of a job that was disabled before': [
      async (s) => {
        const sync = declareSync(s, await s.start(), SYNC);
        await sync.run(BOTH);
        await s.wait(minutes(5));
        s.die();
        await s.until(s.began + hours(1));
      },
      async (s) => {
        const sync = declareSync(s, await s.start(), { ...SYNC, name: 'disabled' });
        await sync.run(BOTH);
        sync.disable();
        await s.wait(minutes(5));
        s.die();
        await s.until(s.began + hours(1));
      },
    ],
  },
);
