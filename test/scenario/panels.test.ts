import { describe, expect, test } from 'vitest';
import { atTheEnd, atTheEndOf, shownBy, valuesBy } from './shown-by.ts';
import type { Script } from './story.ts';
import { cycle, cycles, failing, moved, QUARTER_HOURLY } from './world/offload.ts';
import { hours, minutes, seconds } from './world/time.ts';

/** What the offload dashboard shows while the real helpers run, evaluated with the rules that it reads. */

const { values, queries, exprOf, computedWindow, annotation } = shownBy('sightglass-offload');

test('between two cycles of a slow schedule every panel goes on showing numbers', async () => {
  const minutesShown = (expr: string) => `count_over_time(count((${expr}) >= 0)[14m:1m])`;
  const answers = await atTheEndOf(
    {
      // Fine enough for a question about each minute.
      pace: { scrape: minutes(1), evaluation: minutes(1) },
      script: async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 8);
        await s.wait(minutes(14) + seconds(30));
      },
    },
    [...queries.map(({ expr }) => minutesShown(expr)), computedWindow()],
  );
  expect(answers.at(-1)?.[0]?.value).toBe(Number(values.window));
  const gaps = queries.filter((_, i) => (answers[i]?.[0]?.value ?? 0) < 14);
  // What fires, is gone, shared, disabled or near stands beside the number, and nothing is.
  expect(gaps.map(({ panel, refId }) => `${panel} ${refId}`)).toEqual([
    'Firing alerts A',
    'Configured tables B',
    'Configured tables C',
    'Cycle duration C',
    'Cycle duration D',
  ]);
});

test('the success rate is the share of all cycles, and one bad layer is not hidden by a good one', async () => {
  const [rate = [], status = []] = await atTheEnd(
    async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload(QUARTER_HOURLY);
      const silver = pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
      for (let i = 0; i < 8; i++) {
        await s.untilNext(minutes(15));
        await cycle(s, bronze, i % 4 === 0 ? {} : { trades: failing() });
        await cycle(s, silver);
      }
      await s.seen();
    },
    exprOf('Success rate'),
    exprOf('Cycle status distribution', 'B'),
  );
  expect(valuesBy(rate, 'layer')).toEqual({ bronze: expect.closeTo(0.25, 2), silver: expect.closeTo(1, 2) });
  expect(Object.fromEntries(rate.map(({ labels }) => [labels.layer, labels.state]))).toEqual({
    bronze: 'low',
    silver: 'ok',
  });
  expect(status[0]?.value).toBeGreaterThan(2.5);
});

test('quantiles follow what happens now, not what ever happened, and are there for throughput too', async () => {
  const [duration = [], p50 = [], p99 = []] = await atTheEnd(
    async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      const slow = moved({ takes: seconds(250), rows: 25_000 });
      await cycles(s, offload, 8, { trades: slow, quotes: slow });
      await cycles(s, offload, 6);
      await s.seen();
    },
    exprOf('Offload duration', 'B'),
    exprOf('Throughput quantiles', 'A'),
    exprOf('Throughput quantiles', 'C'),
  );
  expect(duration[0]?.value).toBeLessThanOrEqual(5);
  expect(p50[0]?.value).toBeGreaterThan(10_000);
  expect(p99[0]?.value).toBeLessThanOrEqual(25_000);
});

test('each table is in one state: on time, elevated, critical, and stuck beside it', async () => {
  const [lag = []] = await atTheEnd(async (s) => {
    const { pipeline } = await s.start();
    const tables = ['trades', 'quotes', 'orders'];
    pipeline.declareOffload({ ...QUARTER_HOURLY, tables, lagObjectiveSeconds: minutes(150) });
    const stuckAt = s.now;
    pipeline.trackLag({ table: 'trades', watermark: () => s.now - minutes(100) });
    pipeline.trackLag({ table: 'quotes', watermark: () => s.now - minutes(100) - 1 });
    pipeline.trackLag({ table: 'orders', watermark: () => stuckAt });
    await s.wait(hours(2) + minutes(31));
    await s.seen();
  }, exprOf('Offload lag'));
  const states = lag.map(({ labels }) => `${labels.table} ${labels.state}`);
  expect(states.sort()).toEqual(['orders critical', 'orders stuck', 'quotes elevated', 'trades ok']);
});

describe('restarts are marked', () => {
  const marks = (within: string, offset = '') =>
    `count_over_time((${annotation('Restarts')})[${within}:15s]${offset})`;
  const restart =
    (pause: number): Script =>
    async (s) => {
      const offload = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 2);
      await s.wait(minutes(5));
      s.die();
      await s.wait(pause);
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.wait(minutes(3));
    };

  test.each([
    ['within a scrape', seconds(10)],
    ['after ten minutes', minutes(10)],
  ])('of a process that comes back %s', async (_, pause) => {
    const [marked = [], before = []] = await atTheEnd(restart(pause), marks('4m'), marks('4m', ' offset 4m'));
    expect(marked[0]?.value).toBeGreaterThan(0);
    expect(before).toEqual([]);
  });
});

test('the tables of a scheduler that is gone are none', async () => {
  const [tables = []] = await atTheEnd(async (s) => {
    (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
    await s.wait(minutes(5));
    s.die();
    await s.wait(minutes(5));
  }, exprOf('Configured tables'));
  expect(tables.map(({ labels, value }) => [labels.layer, labels.state, value])).toEqual([
    ['bronze', 'gone', 0],
  ]);
});
