import { storiesOf } from '../../story.ts';
import { PRICING, TEN_MINUTELY } from '../../world/job.ts';
import { declareSync } from '../../world/sync.ts';
import { at, minutes, seconds } from '../../world/time.ts';

const of = (source: string, job_name = 'pricing-sync') => ({ job_name, source });
const SYNC = { ...TEN_MINUTELY, sources: ['a', 'b'], itemsObjective: 50 } as const;

const FIRST_SEEN = 'job_name_source:sync_source_first_seen_timestamp_seconds:first_known';
const SUCCESS = 'job_name_source:sync_source_last_success_timestamp_seconds:last_known';
const AGE = 'job_name_source:sync_source_age_seconds:last_known';
const ERROR = 'job_name_source:sync_source_last_error_timestamp_seconds:last_known';
const TIMEOUT = 'job_name_source:sync_source_last_timeout_timestamp_seconds:last_known';
const WRITE_ERROR = 'job_name:sync_last_write_error_timestamp_seconds:last_known';
const ITEMS = 'job_name:sync_last_run_items:last_known';
const OBJECTIVE = 'job_name:sync_items_objective:last_known';

/** A sync of somebody else, who exports what a sync does but not the interval of its job. */
const STRANGER = [
  'sync_source_first_seen_timestamp_seconds{job_name="a",source="x"} 50',
  'sync_last_write_error_timestamp_seconds{job_name="a"} 55',
  'job_last_run_timestamp_seconds{job_name="a"} 60',
  'sync_last_run_items{job_name="a"} 3',
  'sync_items_objective{job_name="a"} 4',
].join('\n');

/** What is recorded of the sources of syncs. */
export const syncsKnown = storiesOf(undefined, {
  'a source is known from when a process first declared it, over replicas and restarts, until it is retired':
    [
      async (s) => {
        const sync = declareSync(s, await s.start(), SYNC);
        await s.until(at(0, 2));
        s.reads(FIRST_SEEN, [of('a'), at(0, 0)], [of('b'), at(0, 0)], [of('a', 'other'), at(0, 0, 5)]);
        sync.retireSource('b');
        sync.addSource('c');
        await s.until(at(0, 4));
        s.reads(FIRST_SEEN, [of('a'), at(0, 0)], [of('c'), at(0, 2)], [of('a', 'other'), at(0, 0, 5)]);
        s.die();
        await s.until(at(0, 10));
        s.reads(FIRST_SEEN, [of('a'), at(0, 0)], [of('c'), at(0, 2)], [of('a', 'other'), at(0, 0, 5)]);
        declareSync(s, await s.start(), { ...SYNC, sources: ['a'] });
        await s.until(at(0, 12));
        s.reads(FIRST_SEEN, [of('a'), at(0, 0)], [of('c'), at(0, 2)], [of('a', 'other'), at(0, 0, 5)]);
      },
      async (s) => {
        await s.wait(seconds(5));
        const app = await s.start();
        declareSync(s, app, { ...SYNC, name: 'other', sources: ['a'] });
        await s.wait(seconds(5));
        declareSync(s, app, { ...SYNC, sources: ['a'] });
        await s.until(at(0, 3));
        declareSync(s, await s.start(), { ...SYNC, name: 'other', sources: ['a'] });
        await s.until(at(0, 12));
      },
    ],
  'each source has its own last success and its own trouble, over replicas, also when all are gone': [
    async (s) => {
      const app = await s.start();
      const sync = declareSync(s, app, SYNC);
      const other = declareSync(s, app, { ...SYNC, name: 'other', sources: ['a'], itemsObjective: 7 });
      await s.until(at(0, 1));
      await sync.run({ a: 30, b: 'fails' });
      await s.until(at(0, 2, 59));
      await other.run({ a: 5 });
      await s.until(at(0, 4));
      s.reads(SUCCESS, [of('a'), at(0, 1, 1)], [of('a', 'other'), at(0, 3)]);
      s.reads(AGE, [of('a'), minutes(3) - 1], [of('b'), minutes(4)], [of('a', 'other'), minutes(1)]);
      s.reads(ERROR, [of('b'), at(0, 1, 2)]);
      s.reads(TIMEOUT);
      s.reads(WRITE_ERROR);
      s.reads(ITEMS, [PRICING, 30], [{ job_name: 'other' }, 5]);
      s.reads(OBJECTIVE, [PRICING, 80], [{ job_name: 'other' }, 7]);
      await s.until(at(0, 8, 59));
      await other.run({ a: 'times out' });
      await s.until(at(0, 10));
      s.reads(ERROR, [of('b'), at(0, 7, 2)], [of('a', 'other'), at(0, 9)]);
      s.reads(TIMEOUT, [of('a', 'other'), at(0, 9)]);
      s.reads(WRITE_ERROR, [PRICING, at(0, 7, 4)]);
      s.reads(ITEMS, [PRICING, 20], [{ job_name: 'other' }, 0]);
      s.reads(SUCCESS, [of('a'), at(0, 7, 3)], [of('a', 'other'), at(0, 3)]);
      s.die();
      await s.until(at(0, 20));
      s.reads(ERROR, [of('b'), at(0, 7, 2)], [of('a', 'other'), at(0, 9)]);
      s.reads(TIMEOUT, [of('a', 'other'), at(0, 9)]);
      s.reads(WRITE_ERROR, [PRICING, at(0, 7, 4)]);
      s.reads(ITEMS, [PRICING, 20], [{ job_name: 'other' }, 0]);
      s.reads(OBJECTIVE, [PRICING, 80], [{ job_name: 'other' }, 7]);
      s.reads(SUCCESS, [of('a'), at(0, 7, 3)], [of('a', 'other'), at(0, 3)]);
    },
    async (s) => {
      const sync = declareSync(s, await s.start(), { ...SYNC, itemsObjective: 80 });
      await s.until(at(0, 7));
      await sync.run({ a: 20, b: 'fails' });
      await sync.run({ a: 20, b: 'can not be written' });
      await s.until(at(0, 12));
      s.die();
      await s.until(at(0, 20));
    },
  ],
  'a success of a source counts from five minutes before its time on, where the clock that says it is ahead':
    async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      s.setClock(minutes(10));
      await s.until(at(0, 3, 59));
      await sync.run({ a: 1 });
      await s.until(at(0, 8, 30));
      s.reads(SUCCESS);
      await s.until(at(0, 9));
      s.reads(SUCCESS, [of('a'), at(0, 14)]);
      await s.until(at(0, 9, 30));
      s.reads(SUCCESS, [of('a'), at(0, 14)]);
    },
  'a source that is retired is forgotten with all that was known of it, whatever else has one of that name':
    async (s) => {
      const app = await s.start();
      const sync = declareSync(s, app, SYNC);
      const other = declareSync(s, app, { ...SYNC, name: 'other' });
      await s.until(at(0, 1));
      for (const each of [sync, other]) {
        await each.run({ a: 1, b: 1 });
        await each.run({ a: 'times out', b: 'times out' });
        await each.run({ a: 'can not be written' });
      }
      await s.until(at(0, 9));
      await other.run({ a: 'times out' });
      await other.run({ a: 'can not be written' });
      await s.until(at(0, 10));
      const a = (error: number) => [of('a', 'other'), error] as const;
      const b = [of('b', 'other'), at(0, 1, 9)] as const;
      // What could not be written is no error of its source.
      s.reads(ERROR, [of('a'), at(0, 1, 3)], [of('b'), at(0, 1, 4)], a(at(0, 9, 1)), b);
      s.reads(TIMEOUT, [of('a'), at(0, 1, 3)], [of('b'), at(0, 1, 4)], a(at(0, 9, 1)), b);
      s.reads(WRITE_ERROR, [PRICING, at(0, 1, 5)], [{ job_name: 'other' }, at(0, 9, 2)]);
      sync.retireSource('b');
      await s.until(at(0, 20));
      s.reads(ERROR, [of('a'), at(0, 1, 3)], a(at(0, 9, 1)), b);
      s.reads(TIMEOUT, [of('a'), at(0, 1, 3)], a(at(0, 9, 1)), b);
      s.reads(
        SUCCESS,
        [of('a'), at(0, 1, 1)],
        [of('a', 'other'), at(0, 1, 6)],
        [of('b', 'other'), at(0, 1, 7)],
      );
    },
  'the items of the last run are those of the replica that ran it, the more where two ended at once': [
    async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      s.other(
        'canary',
        'sync_last_run_items{job_name="pricing-sync"} 900\njob_last_run_timestamp_seconds{job_name="pricing-sync"} 60',
        'host-1:8000',
      );
      await s.until(at(0, 1));
      await sync.run({ a: 3 });
      await s.until(at(0, 3));
      s.reads(ITEMS, [PRICING, 3]);
    },
    async (s) => {
      const sync = declareSync(s, await s.start(), SYNC);
      await s.until(at(0, 1));
      await sync.run({ a: 2 });
      await s.until(at(0, 3));
    },
  ],
  'nothing is carried on of a sync that is not in the register': [
    async (s) => {
      s.other('stranger', STRANGER);
      await s.until(at(0, 4));
      s.reads(FIRST_SEEN, [of('x', 'a'), 50], [of('a'), at(0, 0)], [of('b'), at(0, 0)]);
      s.reads(WRITE_ERROR, [{ job_name: 'a' }, 55]);
      s.reads(ITEMS, [{ job_name: 'a' }, 3]);
      s.reads(OBJECTIVE, [{ job_name: 'a' }, 4], [PRICING, 50]);
      s.other('stranger', '');
      await s.until(at(0, 9));
      s.reads(FIRST_SEEN, [of('a'), at(0, 0)], [of('b'), at(0, 0)]);
      s.reads(WRITE_ERROR);
      s.reads(ITEMS);
      s.reads(OBJECTIVE, [PRICING, 50]);
    },
    async (s) => {
      declareSync(s, await s.start(), SYNC);
      await s.until(at(0, 9));
    },
  ],
});
