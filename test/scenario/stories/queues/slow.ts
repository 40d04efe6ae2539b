import { alertStories } from '../../story.ts';
import { declareEvents, QUEUE } from '../../world/queue.ts';
import type { Stage } from '../../world/stage.ts';
import { minutes, seconds } from '../../world/time.ts';

export const queueWorkStuck = alertStories(
  'QueueWorkStuck',
  { severity: 'warning', summary: 'A piece of work on a queue hangs.', runbook: 'queues.md#queueworkstuck' },
  {
    'fires when a piece of work has taken more than five times as long as it may for two minutes, until it ends':
      async (s) => {
        const queue = declareEvents(await s.start());
        await s.untilNext(minutes(1));
        const begun = s.now;
        const end = queue.begin();
        await s.wait(minutes(3));
        queue.begin();
        // Beyond five minutes by an evaluation.
        await s.until(begun + minutes(5) + seconds(30) + minutes(2));
        s.fires(QUEUE);
        await s.wait(seconds(5));
        end();
        await s.seen();
        s.resolves(QUEUE);
        s.die();
        await s.wait(minutes(5));
      },
    'stays quiet for one that ends in time, and for one that ended with its process': async (s) => {
      const queue = declareEvents(await s.start());
      await s.untilNext(minutes(1));
      for (let i = 0; i < 3; i++) {
        const end = queue.begin();
        await s.wait(minutes(7));
        end();
      }
      queue.begin();
      await s.wait(minutes(3));
      s.die();
      await s.wait(minutes(10));
    },
    'takes the oldest of all processes': [
      async (s) => {
        declareEvents(await s.start()).begin();
        await s.until(s.began + minutes(4));
        s.die();
        await s.until(s.began + minutes(10));
      },
      async (s) => {
        const queue = declareEvents(await s.start());
        await s.until(s.began + minutes(1));
        queue.begin();
        await s.until(s.began + minutes(1) + minutes(5) + seconds(30) + minutes(2));
        s.fires(QUEUE);
        await s.until(s.began + minutes(10));
      },
    ],
  },
);

/** A batch a minute that takes so long. */
async function batches(s: Stage, queue: ReturnType<typeof declareEvents>, count: number, took: number) {
  for (let i = 0; i < count; i++) {
    queue.observeBatch({ size: 10, durationSeconds: took });
    await s.wait(minutes(1));
  }
}

export const queueSlow = alertStories(
  'QueueSlow',
  {
    severity: 'warning',
    summary: 'Work on a queue takes longer than it may.',
    runbook: 'queues.md#queueslow',
  },
  {
    'fires when work has taken longer on average than it may for twenty minutes, until it is quicker': async (
      s,
    ) => {
      const queue = declareEvents(await s.start());
      await s.wait(minutes(1) + seconds(5));
      queue.observeBatch({ size: 10, durationSeconds: 61 });
      // What failed early makes it no quicker.
      queue.recordEvent({ outcome: 'failed', durationSeconds: 0 });
      await s.seen();
      const first = s.now;
      await batches(s, queue, 19, 61);
      await s.until(first + minutes(20));
      s.fires(QUEUE);
      await s.wait(seconds(5));
      queue.observeBatch({ size: 10, durationSeconds: 0 });
      await s.seen();
      s.resolves(QUEUE);
      await s.wait(minutes(2));
    },
    'stays quiet while work takes as long as it may, and after one piece that took longer': async (s) => {
      const app = await s.start();
      const queue = declareEvents(app);
      app.worker.declareQueue({ name: 'once' }).observeBatch({ size: 1, durationSeconds: 600 });
      await batches(s, queue, 40, 60);
    },
  },
);
