import { Cron } from 'croner';
import { expectTypeOf, test } from 'vitest';
import { scheduleCroner } from '../adapters/index.ts';
import { type CronSync, declareSync, type IntervalSync, recordSyncRun, syncRun, syncWork } from './index.ts';

const sync = declareSync({
  name: 'typetest',
  schedule: '0 */6 * * *',
  sources: ['openrouter', 'featherless'],
});

test('the sources of a declaration are its type', () => {
  expectTypeOf(sync).toEqualTypeOf<CronSync<'openrouter' | 'featherless'>>();
  syncRun(sync, async (run) => {
    await run.source('openrouter', () => ({ items: 1 }));
    run.synced('featherless', 1);
    // @ts-expect-error misspelt source
    await run.source('openruoter', () => ({ items: 1 }));
    // @ts-expect-error misspelt source
    run.synced('feather', 1);
    // @ts-expect-error a source must say how many items it gave
    await run.source('featherless', () => ({}));
    await run.source(sync.addSource('found later'), () => ({ items: 1 }));
  });
});

test('what starts a sync decides which schedulers take it', () => {
  const timed = declareSync({ name: 'typetest-timed', intervalSeconds: 60, sources: ['a'] });
  expectTypeOf(timed).toEqualTypeOf<IntervalSync<'a'>>();
  // @ts-expect-error either a schedule or an interval
  const declare = () => declareSync({ name: 'typetest', sources: ['a'] });
  expectTypeOf(declare).toBeFunction();
});

test('the hook of the last success is asked for the sources that there are', () => {
  declareSync({
    name: 'typetest-hook',
    intervalSeconds: 60,
    sources: ['a', 'b'],
    sourceLastSuccess: (source) => {
      expectTypeOf(source).toEqualTypeOf<'a' | 'b'>();
      return undefined;
    },
  });
});

test('what a request gives is passed on, and so is what the work gives', () => {
  const run = syncRun(sync, async (run, size: number) => {
    await run.source('openrouter', async ({ request, write }) => {
      expectTypeOf(await request(async () => [size])).toEqualTypeOf<number[]>();
      expectTypeOf(await write(() => 'done')).toEqualTypeOf<string>();
      return { items: size };
    });
    return 'all';
  });
  expectTypeOf(run(7)).toEqualTypeOf<Promise<string | undefined>>();
  expectTypeOf(syncWork(sync, () => 1)).returns.toEqualTypeOf<Promise<number>>();
});

test('an adapter takes the work of a sync', () => {
  const work = syncWork(sync, async (run) => {
    await run.source('openrouter', () => ({ items: 1 }));
    // @ts-expect-error misspelt source
    run.synced('feather', 1);
  });
  void (() => scheduleCroner(Cron, sync, work));
});

test('a run by hand takes every field it needs and no other', () => {
  recordSyncRun({ name: 'x', durationSeconds: 1, sources: [{ source: 'a', items: 3 }] });
  // @ts-expect-error the duration is missing
  recordSyncRun({ name: 'x', sources: [] });
  // @ts-expect-error misspelt field
  recordSyncRun({ name: 'x', durationSeconds: 1, sources: [{ source: 'a', item: 3 }] });
  // @ts-expect-error no such status
  recordSyncRun({ name: 'x', durationSeconds: 1, sources: [], status: 'ok' });
});
