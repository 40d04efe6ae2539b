import { type AlertStories, alertStories } from '../../story.ts';
import { declareEvents, Items, QUEUE } from '../../world/queue.ts';
import { minutes, seconds } from '../../world/time.ts';

/** The stories of an alert on how full a queue is: of a room for 1,000, so many items are not yet too many. */
const filled = (
  alert: string,
  severity: AlertStories['severity'],
  summary: string,
  { allowed, holds }: { readonly allowed: number; readonly holds: number },
): AlertStories =>
  alertStories(
    alert,
    { severity, summary, runbook: `queues.md#${alert.toLowerCase()}` },
    {
      'fires when a queue has been beyond that share of its capacity for long enough, until it is not':
        async (s) => {
          const items = new Items(s);
          declareEvents(await s.start(), items);
          await s.wait(minutes(2));
          items.change(allowed);
          await s.wait(minutes(10));
          items.change(1);
          await s.seen();
          await s.wait(holds);
          s.fires(QUEUE);
          await s.wait(minutes(2));
          items.change(-1);
          await s.seen();
          s.resolves(QUEUE);
          await s.wait(minutes(2));
        },
      'counts what waits for its time, and follows the capacity that is declared': async (s) => {
        const items = new Items(s);
        const app = await s.start();
        declareEvents(app, items);
        items.change(10);
        items.deferred = allowed - 9;
        await s.seen();
        await s.wait(holds);
        s.fires(QUEUE);
        await s.wait(minutes(1));
        declareEvents(app, items, { capacity: 2_000 });
        await s.seen();
        s.resolves(QUEUE);
        await s.wait(minutes(6));
      },
      'takes a queue that replicas share once, and one of which each process has its own as their sum': [
        async (s) => {
          const items = new Items(s);
          const own = new Items(s);
          const app = await s.start();
          declareEvents(app, items);
          app.worker.declareQueue({ name: 'own', capacity: 500, depth: own.read });
          items.change(allowed);
          own.change(allowed);
          await s.until(s.began + minutes(3) + seconds(30) + holds);
          s.fires({ queue: 'own' });
          await s.until(s.began + minutes(10));
          s.resolves({ queue: 'own' });
          await s.until(s.began + minutes(12));
        },
        async (s) => {
          const items = new Items(s);
          const own = new Items(s);
          const app = await s.start();
          declareEvents(app, items);
          app.worker.declareQueue({ name: 'own', capacity: 500, depth: own.read });
          items.change(allowed);
          own.change(-1);
          await s.until(s.began + minutes(3) + seconds(10));
          own.change(1);
          await s.until(s.began + minutes(9) + seconds(50));
          own.change(-1);
          await s.until(s.began + minutes(12));
        },
      ],
      'goes on while the process is dead and while the server of the queue does not answer; what was in memory is gone with it':
        async (s) => {
          const items = new Items(s);
          const app = await s.start();
          declareEvents(app, items);
          app.worker.declareQueue({ name: 'own', capacity: 1_000, depth: items.read });
          items.change(allowed + 1);
          await s.seen();
          await s.wait(holds);
          s.fires(QUEUE);
          s.fires({ queue: 'own' });
          await s.wait(minutes(1));
          s.die();
          await s.seen();
          s.resolves({ queue: 'own' });
          await s.wait(minutes(5));
          items.isReachable = false;
          declareEvents(await s.start(), items);
          await s.wait(minutes(5));
        },
      'stays quiet for a queue that declares no capacity': async (s) => {
        const items = new Items(s);
        items.change(5_000);
        const { worker } = await s.start();
        worker.declareQueue({ name: 'endless', shared: true, depth: items.read });
        await s.wait(minutes(10));
      },
    },
  );

export const queueNearCapacity = filled('QueueNearCapacity', 'critical', 'A queue is nearly full.', {
  allowed: 900,
  holds: minutes(1),
});

export const queueDepthCritical = filled('QueueDepthCritical', 'critical', 'A queue is half full.', {
  allowed: 500,
  holds: minutes(2),
});

export const queueDepthHigh = filled('QueueDepthHigh', 'warning', 'A queue is longer than usual.', {
  allowed: 100,
  holds: minutes(5),
});
