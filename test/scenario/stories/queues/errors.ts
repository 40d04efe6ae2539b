import { type AlertStories, alertStories, storiesOf } from '../../story.ts';
import { declareEvents, QUEUE, works } from '../../world/queue.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

/** The stories of an alert on the share of attempts that fail: of 20 attempts a minute so many may. */
const failing = (
  alert: string,
  severity: AlertStories['severity'],
  summary: string,
  allowed: number,
): AlertStories =>
  alertStories(
    alert,
    { severity, summary, runbook: `queues.md#${alert.toLowerCase()}` },
    {
      'fires when more have failed within a quarter of an hour than may, for five minutes, until the share is back':
        async (s) => {
          const queue = declareEvents(await s.start());
          await works(s, queue, minutes(20), { perMinute: 20, failed: allowed });
          // The first attempts beyond the share.
          await s.wait(seconds(5));
          queue.observeBatch({ size: 20, durationSeconds: 1, failed: allowed + 1 });
          await s.seen();
          await s.wait(minutes(5));
          s.fires(QUEUE);
          // Those of the beginning have left the window then; it goes on for five minutes.
          await s.until(s.began + minutes(20) + seconds(30) + minutes(15) + minutes(5));
          s.resolves(QUEUE);
          await s.wait(minutes(2));
        },
      'stays quiet where there are fewer than twenty, and counts those that stalled or ran out of time':
        async (s) => {
          const queue = declareEvents(await s.start());
          await s.wait(minutes(2));
          for (let i = 0; i < 19; i++) queue.recordEvent({ outcome: i % 2 === 0 ? 'stalled' : 'timed_out' });
          queue.recordEvent({ outcome: 'discarded' });
          await s.wait(minutes(7));
          queue.recordEvent({ outcome: 'failed' });
          await s.seen();
          await s.wait(minutes(5));
          s.fires(QUEUE);
          await s.wait(seconds(30));
        },
      'stays quiet at the share that may fail, and while nothing is attempted': async (s) => {
        const queue = declareEvents(await s.start());
        await works(s, queue, minutes(20), { perMinute: 20, failed: allowed });
        await s.wait(minutes(20));
      },
      'takes the attempts of all processes together, those of a dead one too': [
        async (s) => {
          const queue = declareEvents(await s.start());
          await s.until(s.began + minutes(1));
          queue.observeBatch({ size: 20, durationSeconds: 1, failed: 20 });
          await s.until(s.began + minutes(2));
          s.die();
          await s.until(s.began + minutes(6) + seconds(30));
          s.fires(QUEUE);
          await s.until(s.began + minutes(8));
        },
        async (s) => {
          declareEvents(await s.start());
          await s.until(s.began + minutes(8));
        },
      ],
    },
  );

const mostFail = failing('QueueFailing', 'critical', 'Most of the work on a queue fails.', 10);

export const queueFailing: AlertStories = {
  ...mostFail,
  stories: [
    ...mostFail.stories,
    ...storiesOf('QueueFailing', {
      'fires when twenty in a row have failed of a queue with an item every ten minutes, over a restart, until one succeeds':
        async (s) => {
          let queue = declareEvents(await s.start());
          queue.recordEvent({ outcome: 'failed' });
          queue.recordEvent({ outcome: 'success' });
          await s.wait(minutes(20));
          for (let i = 0; i < 20; i++) {
            if (i === 10) queue = declareEvents(await s.start());
            queue.recordEvent({ outcome: i % 2 === 0 ? 'failed' : 'timed_out' });
            if (i < 19) await s.wait(minutes(10));
          }
          await s.seen();
          await s.wait(minutes(5));
          s.fires(QUEUE);
          await s.wait(minutes(4));
          queue.recordEvent({ outcome: 'success' });
          await s.seen();
          await s.wait(minutes(5));
          s.resolves(QUEUE);
          await s.wait(minutes(2));
        },
      'is quiet for nineteen, and of what fails three times a day, though none of it succeeds': {
        pace: SLOW_PACE,
        scripts: [
          async (s) => {
            const queue = declareEvents(await s.start());
            for (let i = 0; i < 19; i++) {
              await s.wait(minutes(10));
              queue.recordEvent({ outcome: 'failed' });
            }
            await s.wait(hours(1));
            queue.recordEvent({ outcome: 'success' });
            const rare = declareEvents(s.process, undefined, { name: 'rare' });
            for (let i = 0; i < 24; i++) {
              await s.wait(hours(8));
              rare.recordEvent({ outcome: 'failed' });
            }
            await s.wait(minutes(30));
          },
        ],
      },
      'ends a day after the last of them, where nothing comes any more': {
        pace: SLOW_PACE,
        scripts: [
          async (s) => {
            const queue = declareEvents(await s.start());
            await s.wait(hours(1));
            queue.observeBatch({ size: 20, durationSeconds: 1, failed: 20 });
            await s.seen();
            await s.wait(minutes(5));
            s.fires(QUEUE);
            await s.until(s.began + hours(25) + minutes(10));
            s.resolves(QUEUE);
            await s.wait(minutes(30));
          },
        ],
      },
    }),
  ],
};

export const queueErrorsHigh = failing(
  'QueueErrorsHigh',
  'warning',
  'More of the work on a queue fails than may.',
  2,
);

export const queueDeadLetters = alertStories(
  'QueueDeadLetters',
  { severity: 'warning', summary: 'Items of a queue are given up.', runbook: 'queues.md#queuedeadletters' },
  {
    'fires at once when an item is given up, for an hour and five minutes, also where the process dies with it':
      async (s) => {
        const queue = declareEvents(await s.start());
        await s.wait(minutes(5));
        queue.recordEvent({ outcome: 'failed', attempt: 3, dead: true });
        await s.seen();
        const first = s.now;
        s.fires(QUEUE);
        await s.wait(minutes(1));
        s.die();
        await s.until(first + hours(1) + minutes(5));
        s.resolves(QUEUE);
        await s.wait(minutes(2));
      },
    'stays quiet while attempts fail that are made again': async (s) => {
      const queue = declareEvents(await s.start());
      await works(s, queue, minutes(10), { failed: 20 });
    },
  },
);
