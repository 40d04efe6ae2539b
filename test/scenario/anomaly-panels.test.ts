import { beforeAll, describe, expect, test } from 'vitest';
import { atTheEnd, atTheEndOf, shownBy, valuesBy } from './shown-by.ts';
import { declareEvents } from './world/queue.ts';
import type { Stage } from './world/stage.ts';
import { hours, minutes } from './world/time.ts';

/** What Anomalies shows while the real helpers run, evaluated with the rules that it reads. */

const { exprOf } = shownBy('sightglass-anomalies');

describe('after runs of which some are unusual', () => {
  const script = async (s: Stage) => {
    const { pipeline } = await s.start();
    const [trades, price, orders, paused] = (['trades', 'price', 'orders', 'paused'] as const).map((name) =>
      pipeline.declareStatistic({ name, kind: name === 'price' ? 'value' : 'volume', leastRuns: 3 }),
    );
    pipeline.declareStatistic({ name: 'new', kind: 'duration' });
    for (const value of [100, 110, 90]) {
      trades!.record(value);
      price!.record(value);
      paused!.record(value);
      await s.wait(minutes(10));
    }
    trades!.record(150);
    price!.record(101);
    orders!.record(7);
    paused!.record(500);
    paused!.disable();
    await s.wait(minutes(10));
  };
  const asked = {
    state: exprOf('Runs'),
    last: exprOf('Runs', 'B'),
    usual: exprOf('Runs', 'C'),
    away: exprOf('Runs', 'D'),
    share: exprOf('Runs', 'E'),
    age: exprOf('Runs', 'F'),
    unusual: exprOf('Unusual runs'),
    bands: exprOf('Since when'),
  };
  let shown: { readonly [question in keyof typeof asked]: Record<string, number> };
  beforeAll(async () => {
    const answers = await atTheEnd(script, ...Object.values(asked));
    const by = (name: keyof typeof asked) =>
      name === 'state' || name === 'bands' || name === 'unusual' ? ['statistic', 'state'] : ['statistic'];
    shown = Object.fromEntries(
      (Object.keys(asked) as (keyof typeof asked)[]).map((name, i) => [
        name,
        valuesBy(answers[i] ?? [], ...by(name)),
      ]),
    ) as typeof shown;
  });

  test('each number that runs give is what it is, in one word', () => {
    const words = ['trades unusual', 'price usual', 'orders learning', 'paused paused', 'new no run'];
    expect(Object.keys(shown.state).sort()).toEqual(words.sort());
    // A band is in the colours of the words, by their rank.
    expect(Object.keys(shown.bands)).toHaveLength(words.length);
  });

  test('the columns are what the last run gave, what is usual, and how far that is away', () => {
    expect(shown.last).toEqual({ trades: 150, price: 101, orders: 7, paused: 500 });
    expect(shown.usual).toEqual({ trades: 100, price: 100, paused: 100 });
    const deviation = Math.sqrt(200 / 3);
    expect(shown.away.trades).toBeCloseTo(50 / deviation, 6);
    expect(shown.away.price).toBeCloseTo(1 / deviation, 6);
    expect(shown.share.trades).toBeCloseTo(50 / deviation / 3, 6);
    expect(shown.age.trades).toBeCloseTo(630, 6);
  });

  test('the number of unusual ones leaves out what is paused', () => {
    expect(Object.values(shown.unusual)).toEqual([1]);
  });
});

describe('after two weeks and a half of a queue', () => {
  test('an hour stands beside what was expected, and the band outside of which it is unusual', async () => {
    const refs = ['A', 'B', 'C', 'D', 'E'] as const;
    const answers = await atTheEndOf(
      {
        pace: { scrape: hours(1), evaluation: hours(1) },
        script: async (s) => {
          const queue = declareEvents(await s.start());
          for (let i = 0; i < 380; i++) {
            queue.enqueued(100);
            await s.wait(hours(1));
          }
          queue.enqueued(130);
        },
      },
      refs.map((ref) => exprOf('Items Enqueued', ref)),
    );
    const [now, expected, most, least, score] = answers.map((each) => valuesBy(each, 'queue').events);
    // A hundred events scatter by ten, and four times that is unusual.
    expect([now, expected, most, least]).toEqual([130, 100, 140, 60]);
    expect(score).toBeCloseTo(3, 6);
  });
});
