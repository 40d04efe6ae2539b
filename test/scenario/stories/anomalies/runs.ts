import { alertStories } from '../../story.ts';
import type { Process } from '../../world/process.ts';
import type { Stage } from '../../world/stage.ts';
import { days, hours, minutes, type Pace, seconds } from '../../world/time.ts';

type Options = Parameters<Process['pipeline']['declareStatistic']>[0];

const TRADES = { name: 'trades', kind: 'volume', leastRuns: 3 } as const satisfies Options;
const VOLUME = { kind: 'volume', statistic: 'trades' };

/** Runs a quarter of an hour apart. */
async function runs(s: Stage, statistic: { record(value: number): void }, ...values: readonly number[]) {
  for (const value of values) {
    s.note(`a run gives ${value}`);
    statistic.record(value);
    await s.wait(minutes(15));
  }
}

/** Their mean is 100, and their standard deviation 10 √(2/3): a fourth is unusual from 24.5 away. */
const USUAL = [100, 110, 90] as const;

/** Days in few evaluations. */
const COARSE: Pace = { scrape: minutes(30), evaluation: minutes(30) };

export const anomalyVolume = alertStories(
  'AnomalyVolume',
  {
    severity: 'warning',
    summary: 'A run moved an unusual amount.',
    runbook: 'anomalies.md#anomalyvolume',
  },
  {
    'fires when a run moved more than three standard deviations more than those before it, until one does not':
      async (s) => {
        const trades = (await s.start()).pipeline.declareStatistic(TRADES);
        await runs(s, trades, ...USUAL);
        await s.untilNext(minutes(1));
        trades.record(125);
        await s.seen();
        s.fires(VOLUME);
        await s.wait(minutes(20));
        trades.record(100);
        await s.seen();
        s.resolves(VOLUME);
        await s.wait(minutes(5));
      },
    'fires when it moved as much less': async (s) => {
      const trades = (await s.start()).pipeline.declareStatistic(TRADES);
      await runs(s, trades, ...USUAL);
      await s.untilNext(minutes(1));
      trades.record(75);
      await s.seen();
      s.fires(VOLUME);
      await s.wait(minutes(5));
    },
    'stays quiet within three of them, for too few runs, and for one that is of no concern that way': async (
      s,
    ) => {
      const { pipeline } = await s.start();
      const trades = pipeline.declareStatistic(TRADES);
      const quotes = pipeline.declareStatistic({ ...TRADES, name: 'quotes', leastRuns: 4 });
      const orders = pipeline.declareStatistic({ ...TRADES, name: 'orders', direction: 'down' });
      const wide = pipeline.declareStatistic({ ...TRADES, name: 'wide', sensitivity: 100 });
      for (const each of [...USUAL, 124]) {
        trades.record(each);
        quotes.record(each === 124 ? 1_000 : each);
        orders.record(each === 124 ? 1_000 : each);
        wide.record(each === 124 ? 500 : each);
        await s.wait(minutes(15));
      }
    },
    'stays quiet while a person has disabled it, and speaks when it is enabled': async (s) => {
      const trades = (await s.start()).pipeline.declareStatistic(TRADES);
      await runs(s, trades, ...USUAL);
      trades.disable();
      await runs(s, trades, 1_000);
      await s.untilNext(minutes(1));
      trades.enable();
      await s.seen();
      s.fires(VOLUME);
      await s.wait(minutes(5));
    },
    'goes on while the process is gone, and ends with a run of the next one, which has no history yet':
      async (s) => {
        const trades = (await s.start()).pipeline.declareStatistic(TRADES);
        await runs(s, trades, ...USUAL);
        await s.untilNext(minutes(1));
        trades.record(200);
        await s.seen();
        s.fires(VOLUME);
        await s.wait(minutes(2));
        s.die();
        await s.wait(hours(3));
        const next = (await s.start()).pipeline.declareStatistic(TRADES);
        await s.wait(minutes(20));
        await s.untilNext(minutes(1));
        next.record(200);
        await s.seen();
        s.resolves(VOLUME);
        await s.wait(minutes(5));
      },
    'is forgotten a week after its process, and at once when a person says that it is gone': {
      pace: COARSE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          const trades = pipeline.declareStatistic(TRADES);
          const quotes = pipeline.declareStatistic({ ...TRADES, name: 'quotes' });
          for (const each of USUAL) {
            trades.record(each);
            quotes.record(each);
            await s.wait(minutes(30));
          }
          trades.record(200);
          quotes.record(200);
          await s.wait(minutes(30));
          s.fires(VOLUME);
          s.fires({ ...VOLUME, statistic: 'quotes' });
          await s.wait(hours(2));
          quotes.retire();
          await s.wait(minutes(30));
          s.resolves({ ...VOLUME, statistic: 'quotes' });
          const last = s.now;
          s.die();
          await s.until(last + days(7));
          s.resolves(VOLUME);
          await s.wait(hours(2));
        },
      ],
    },
    'takes the replica that ran last': [
      async (s) => {
        const trades = (await s.start()).pipeline.declareStatistic(TRADES);
        await runs(s, trades, ...USUAL);
        await s.until(s.began + hours(1));
        trades.record(200);
        await s.seen();
        s.fires(VOLUME);
        await s.until(s.began + hours(3));
      },
      async (s) => {
        const trades = (await s.start()).pipeline.declareStatistic(TRADES);
        await runs(s, trades, ...USUAL);
        await s.until(s.began + hours(2));
        trades.record(100);
        await s.seen();
        s.resolves(VOLUME);
        await s.until(s.began + hours(3));
      },
    ],
  },
);

const PRICE = { name: 'price', kind: 'value', method: 'robust', leastRuns: 5 } as const satisfies Options;
const VALUE = { kind: 'value', statistic: 'price' };

export const anomalyValue = alertStories(
  'AnomalyValue',
  { severity: 'warning', summary: 'A run gave an unusual value.', runbook: 'anomalies.md#anomalyvalue' },
  {
    // Median 10, MAD 1: unusual is more than 3.5 times 1.4826 away.
    'fires for a value far from the median, though one before it was farther, until one is near': async (
      s,
    ) => {
      const price = (await s.start()).pipeline.declareStatistic(PRICE);
      await runs(s, price, 9, 11, 10, 9, 11);
      await s.untilNext(minutes(1));
      price.record(100);
      await s.seen();
      s.fires(VALUE);
      await s.wait(minutes(5));
      price.record(10);
      await s.seen();
      s.resolves(VALUE);
      await s.wait(minutes(5));
      price.record(4.8);
      await s.seen();
      s.fires(VALUE);
      await s.wait(minutes(5));
    },
    'stays quiet for a value that is near, and when the same number of another kind is unusual': async (
      s,
    ) => {
      const { pipeline } = await s.start();
      const price = pipeline.declareStatistic(PRICE);
      await runs(s, price, 9, 11, 10, 9, 11, 15.1, 6);
      await s.wait(seconds(30));
    },
  },
);

const NIGHTLY = {
  name: 'nightly',
  kind: 'duration',
  leastRuns: 3,
  owner: 'team-data',
} as const satisfies Options;
const DURATION = { owner: 'team-data', kind: 'duration', statistic: 'nightly' };

export const anomalyDuration = alertStories(
  'AnomalyDuration',
  {
    severity: 'warning',
    summary: 'A run took unusually long.',
    runbook: 'anomalies.md#anomalyduration',
  },
  {
    // They all took as long, so the spread is 5 % of that: unusual is more than 15 % longer.
    'fires when a run took far longer than those before it, until one did not': async (s) => {
      const nightly = (await s.start()).pipeline.declareStatistic(NIGHTLY);
      await runs(s, nightly, 600, 600, 600);
      await s.untilNext(minutes(1));
      nightly.record(691);
      await s.seen();
      s.fires(DURATION);
      await s.wait(minutes(5));
      nightly.record(600);
      await s.seen();
      s.resolves(DURATION);
      await s.wait(minutes(5));
    },
    'stays quiet for one that is as long as may be, and for one that took no time': async (s) => {
      const nightly = (await s.start()).pipeline.declareStatistic(NIGHTLY);
      await runs(s, nightly, 600, 600, 600, 690, 0);
    },
  },
);
