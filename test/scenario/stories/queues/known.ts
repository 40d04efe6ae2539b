import { storiesOf } from '../../story.ts';
import { declareEvents, Items, QUEUE } from '../../world/queue.ts';
import { minutes } from '../../world/time.ts';

/** What is recorded of queues and compared by no alert. */
export const queuesKnown = storiesOf(undefined, {
  'a queue is empty after what it holds, by how much more goes out than comes in': async (s) => {
    const items = new Items(s);
    const queue = declareEvents(await s.start(), items);
    await s.wait(minutes(20));
    items.change(300);
    queue.enqueued(450);
    queue.observeBatch({ size: 900, durationSeconds: 1 });
    await s.seen();
    // 450 more went out than came in within a quarter of an hour: a third of a minute for ten.
    s.reads('queue:queue_drain_seconds:estimate', [QUEUE, 600]);
    queue.enqueued(450);
    await s.seen();
    s.reads('queue:queue_drain_seconds:estimate');
    await s.wait(minutes(1));
  },
});
