import { alertStories, type StoryText } from '../../story.ts';
import { serve } from '../../world/http.ts';
import { declareEvents, QUEUE } from '../../world/queue.ts';
import type { Stage } from '../../world/stage.ts';
import { hours, type Pace } from '../../world/time.ts';

/** Two weeks and a half in few evaluations: an hour, as what is judged. */
const HOURLY: Pace = { scrape: hours(1), evaluation: hours(1) };
const weeks = (script: (s: Stage) => Promise<void>): StoryText => ({ pace: HOURLY, scripts: [script] });

/** Hours until there is enough to judge by: two weeks, of which some must have been predicted. */
const LEARNED = 380;

/** Each hour so many items come in. */
async function comeIn(s: Stage, queue: { enqueued(items: number): void }, ...counts: readonly number[]) {
  for (const count of counts) {
    if (count > 0) queue.enqueued(count);
    await s.wait(hours(1));
  }
}
const each = (count: number, of: number | ((hour: number) => number)): number[] =>
  Array.from({ length: count }, (_, hour) => (typeof of === 'number' ? of : of(hour)));

export const anomalyIntake = alertStories(
  'AnomalyIntake',
  {
    severity: 'warning',
    summary: 'A queue gets an unusual number of items.',
    runbook: 'anomalies.md#anomalyintake',
  },
  {
    // Of 100 events an hour 10 are chance (their root), and more than 4 times that is unusual.
    'fires when two hours have more than a fixed number of chances more than a week ago, until one has not':
      weeks(async (s) => {
        const queue = declareEvents(await s.start());
        await comeIn(s, queue, ...each(LEARNED, 100), 142, 142);
        s.fires(QUEUE);
        await comeIn(s, queue, 100, 100);
        s.resolves(QUEUE);
        await comeIn(s, queue, 100);
      }),
    'fires when nothing comes in by day, and not at night, when nothing ever does': weeks(async (s) => {
      const queue = declareEvents(await s.start());
      const daily = (hour: number) => (hour % 24 < 12 ? 0 : 400);
      await comeIn(s, queue, ...each(LEARNED + 16, daily), 0, 0);
      s.fires(QUEUE);
      await comeIn(s, queue, 0);
    }),
    'stays quiet for as much as may be, and for one odd hour': weeks(async (s) => {
      const queue = declareEvents(await s.start());
      await comeIn(s, queue, ...each(LEARNED, 100), 140, 140, 100, 61, 61, 100, 500, 100, 100);
    }),
    'says nothing of the first two weeks': weeks(async (s) => {
      const queue = declareEvents(await s.start());
      await comeIn(s, queue, ...each(360, 100), 1_000, 1_000, 1_000);
    }),
    'stays quiet for what came in while nobody could see it, then and a week later (S1)': weeks(async (s) => {
      const queue = declareEvents(await s.start());
      await comeIn(s, queue, ...each(LEARNED, 100));
      s.discover(false);
      await comeIn(s, queue, ...each(3, 100));
      s.discover(true);
      await comeIn(s, queue, ...each(180, 100));
    }),
    'goes along with growth: a tenth more each week is expected': weeks(async (s) => {
      const queue = declareEvents(await s.start());
      await comeIn(s, queue, ...each(LEARNED + 100, (hour) => Math.round(1_000 * (1 + hour / 1_680))));
    }),
  },
);

const SERVICE = { job: 'iceberg-scheduler' };

export const anomalyRequests = alertStories(
  'AnomalyRequests',
  {
    severity: 'warning',
    summary: 'A service gets an unusual number of requests.',
    runbook: 'anomalies.md#anomalyrequests',
  },
  {
    // Of 4 requests an hour 2 are chance.
    'fires when two hours have far more requests to whatever route than a week ago, until one has not': weeks(
      async (s) => {
        const api = await serve(s, await s.start());
        const ask = async (hour: number, orders: number, prices: number) => {
          for (let i = 0; i < hour; i++) {
            await api.ask({ count: orders });
            await api.ask({ route: '/prices', count: prices });
            await s.wait(hours(1));
          }
        };
        await ask(LEARNED, 3, 1);
        await ask(2, 7, 7);
        s.fires(SERVICE);
        await ask(2, 3, 1);
        s.resolves(SERVICE);
        await s.wait(hours(1));
      },
    ),
    'stays quiet for what came in while nobody could see it (S1), and for a service that has ended': weeks(
      async (s) => {
        const api = await serve(s, await s.start());
        const ask = async (hour: number) => {
          for (let i = 0; i < hour; i++) {
            await api.ask({ count: 20 });
            await s.wait(hours(1));
          }
        };
        await ask(LEARNED);
        s.discover(false);
        await ask(3);
        s.discover(true);
        await ask(4);
        s.die();
        await s.wait(hours(5));
      },
    ),
    'stays quiet for a service that is asked for the first time': weeks(async (s) => {
      const api = await serve(s, await s.start());
      await s.wait(hours(2));
      await api.ask({ count: 20 });
      await s.wait(hours(4));
    }),
  },
);
