import { alertStories } from '../../story.ts';
import { CONSUMED, declareEvents, Items, QUEUE, works } from '../../world/queue.ts';
import { days, hours, minutes, SLOW_PACE, seconds } from '../../world/time.ts';

export const queueNoConsumer = alertStories(
  'QueueNoConsumer',
  { severity: 'critical', summary: 'Nobody works a queue off.', runbook: 'queues.md#queuenoconsumer' },
  {
    'fires two minutes after the only process has died, until a new one is there': async (s) => {
      declareEvents(await s.start());
      await s.wait(minutes(5));
      s.die();
      await s.seen();
      await s.wait(minutes(2));
      s.fires(CONSUMED);
      await s.wait(minutes(5));
      declareEvents(await s.start());
      await s.seen();
      s.resolves(CONSUMED);
      await s.wait(minutes(2));
    },
    'fires when a process has it and no consumer of it takes items, and for a process that only ever waited':
      async (s) => {
        const { worker } = await s.start();
        const queue = worker.declareQueue({ name: 'events' });
        worker.declareQueue({ name: 'mails' }).standBy();
        const mails = { ...CONSUMED, queue: 'mails' };
        await s.seen();
        await s.wait(seconds(30) + minutes(2));
        s.fires(mails);
        queue.consuming(0);
        await s.seen();
        await s.wait(minutes(2));
        s.fires(CONSUMED);
        queue.consuming(1);
        await s.seen();
        s.resolves(CONSUMED);
        await s.wait(minutes(2));
      },
    'stays quiet for a restart of less than two minutes, a pause by a person, and a queue that is only filled or gone for good':
      async (s) => {
        const before = declareEvents(await s.start());
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(1) + seconds(30));
        const app = await s.start();
        const queue = declareEvents(app);
        app.worker.declareQueue({ name: 'only-filled', consumes: false });
        app.worker.declareQueue({ name: 'old' });
        await s.seen();
        app.worker.retireQueue('old');
        await s.wait(minutes(5));
        queue.disable();
        await s.wait(minutes(5));
        s.die();
        await s.wait(minutes(20));
        before.stop();
      },
    'stays quiet while one of two replicas consumes': [
      async (s) => {
        declareEvents(await s.start());
        await s.until(s.began + minutes(5));
        s.die();
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        declareEvents(await s.start());
        await s.until(s.began + minutes(20));
      },
    ],
    'is told of by the service that consumed it last, though another goes on filling it': [
      async (s) => {
        s.labelled({ job: 'workers' });
        declareEvents(await s.start());
        await s.until(s.began + minutes(5));
        s.die();
        await s.seen();
        await s.wait(minutes(2));
        s.fires({ ...QUEUE, job: 'workers' });
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        s.labelled({ job: 'api' });
        declareEvents(await s.start(), undefined, { consumes: false });
        await s.until(s.began + minutes(20));
      },
    ],
    'is remembered for a week': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          declareEvents(await s.start());
          await s.wait(hours(1));
          s.die();
          await s.seen();
          await s.wait(minutes(5));
          s.fires(CONSUMED);
          await s.until(s.began + hours(1) + days(7));
          s.resolves(CONSUMED);
          await s.wait(minutes(10));
        },
      ],
    },
  },
);

/** Beyond the limit (the wait that is promised, 5 minutes) by an evaluation, and the two minutes for which it must hold. */
const STALLED = minutes(5) + seconds(30) + minutes(2);

export const queueStalled = alertStories(
  'QueueStalled',
  {
    severity: 'critical',
    summary: 'A queue has items, and none is worked off.',
    runbook: 'queues.md#queuestalled',
  },
  {
    'fires when items are ready and nothing has ended for as long as they may wait, until something does':
      async (s) => {
        const items = new Items(s);
        const queue = declareEvents(await s.start(), items);
        await s.wait(minutes(10));
        items.change(100);
        await s.seen();
        // Since the evaluation before there was nothing to be done.
        await s.wait(STALLED - seconds(30));
        s.fires(QUEUE);
        await s.wait(minutes(3));
        queue.observeBatch({ size: 10, durationSeconds: 1 });
        await s.seen();
        s.resolves(QUEUE);
        await s.wait(minutes(2));
      },
    'stays quiet while work ends now and then, however many items are ready': async (s) => {
      const items = new Items(s);
      const queue = declareEvents(await s.start(), items);
      items.change(500);
      for (let i = 0; i < 4; i++) {
        await s.wait(minutes(5));
        queue.observeBatch({ size: 1, durationSeconds: 1 });
      }
    },
    'is not put off by restarts, nor by a server of the queue that does not answer': async (s) => {
      const items = new Items(s);
      declareEvents(await s.start(), items);
      await s.wait(minutes(10));
      items.change(100);
      await s.seen();
      const since = s.now - seconds(30);
      await s.wait(minutes(2));
      declareEvents(await s.start(), items);
      await s.wait(minutes(1));
      items.isReachable = false;
      await s.until(since + STALLED);
      s.fires(QUEUE);
      await s.wait(minutes(3));
    },
    'waits for twice as long as a piece of work may take, and two minutes at least': async (s) => {
      const { worker } = await s.start();
      const items = new Items(s);
      const quick = new Items(s);
      const facts = { shared: true, maxWaitSeconds: 1 };
      worker.declareQueue({
        ...facts,
        name: 'long',
        depth: items.read,
        durationObjectiveSeconds: minutes(4),
      });
      worker.declareQueue({ ...facts, name: 'quick', depth: quick.read, durationObjectiveSeconds: 1 });
      await s.wait(minutes(5));
      items.change(1);
      quick.change(1);
      await s.seen();
      const since = s.now - seconds(30);
      await s.until(since + minutes(2) + seconds(30) + minutes(2));
      s.fires({ queue: 'quick' });
      await s.until(since + minutes(8) + seconds(30) + minutes(2));
      s.fires({ queue: 'long' });
      await s.wait(minutes(1));
    },
    'stays quiet for a queue that is paused, that nobody here consumes, or that has no consumer at all':
      async (s) => {
        const { worker } = await s.start();
        const items = new Items(s);
        items.change(5);
        const facts = { shared: true, depth: items.read };
        worker.declareQueue({ ...facts, name: 'paused' }).disable();
        worker.declareQueue({ ...facts, name: 'watched', consumes: false });
        worker.declareQueue({ ...facts, name: 'events' });
        await s.wait(minutes(2));
        s.die();
        await s.wait(minutes(30));
      },
  },
);

/** Above the promised five minutes by an evaluation, and five minutes for which it must hold. */
const OLD = minutes(5) + seconds(30) + minutes(5);

export const queueItemsTooOld = alertStories(
  'QueueItemsTooOld',
  {
    severity: 'critical',
    summary: 'Items of a queue wait longer than they may.',
    runbook: 'queues.md#queueitemstooold',
  },
  {
    'fires when the oldest item has been older than it may for five minutes, until it is taken': async (
      s,
    ) => {
      const items = new Items(s);
      declareEvents(await s.start(), items);
      await s.untilNext(minutes(1));
      const came = s.now;
      items.change(2);
      await s.until(came + OLD);
      s.fires(QUEUE);
      await s.wait(minutes(3));
      items.change(-1);
      items.change(-1);
      await s.seen();
      s.resolves(QUEUE);
      await s.wait(minutes(2));
    },
    'stays quiet while the oldest is no older than it may be, and while a person has paused the queue':
      async (s) => {
        const items = new Items(s);
        const queue = declareEvents(await s.start(), items);
        for (let i = 0; i < 4; i++) {
          items.change(1);
          await s.wait(minutes(5));
          items.change(-1);
        }
        queue.disable();
        items.change(10);
        await s.wait(minutes(20));
      },
    'goes on while the process is dead, and while the server does not answer, for a day': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const items = new Items(s);
          declareEvents(await s.start(), items);
          await s.untilNext(minutes(5));
          items.change(1);
          const came = s.now;
          await s.until(came + minutes(10));
          s.die();
          await s.wait(minutes(5));
          s.fires(QUEUE);
          await s.wait(hours(1));
          items.isReachable = false;
          declareEvents(await s.start(), items);
          await s.until(came + minutes(10) + days(1));
          s.resolves(QUEUE);
          await s.wait(minutes(10));
        },
      ],
    },
    'takes the oldest of what the processes have, where each has a queue of its own': [
      async (s) => {
        const items = new Items(s);
        declareEvents(await s.start(), items, { shared: false });
        await s.until(s.began + minutes(20));
      },
      async (s) => {
        const items = new Items(s);
        declareEvents(await s.start(), items, { shared: false });
        await s.until(s.began + minutes(1));
        items.change(1);
        await s.until(s.began + minutes(1) + OLD);
        s.fires(QUEUE);
        await s.until(s.began + minutes(15));
        s.die();
        await s.seen();
        s.resolves(QUEUE);
        await s.until(s.began + minutes(20));
      },
    ],
  },
);

export const queueDisabled = alertStories(
  'QueueDisabled',
  { severity: 'info', summary: 'A queue is paused.', runbook: 'queues.md#queuedisabled' },
  {
    'fires five minutes after somebody paused the queue, also while its process is dead, until it is enabled':
      async (s) => {
        const queue = declareEvents(await s.start());
        await s.wait(minutes(2));
        queue.disable();
        await s.seen();
        await s.wait(minutes(1));
        s.die();
        await s.wait(minutes(4));
        s.fires(QUEUE);
        await s.wait(minutes(2));
        declareEvents(await s.start());
        await s.seen();
        s.resolves(QUEUE);
        await s.wait(minutes(1));
      },
    'stays quiet while a replica has it enabled, and for what only waits to be elected': [
      async (s) => {
        const queue = declareEvents(await s.start());
        await works(s, queue, minutes(1));
        queue.disable();
        await s.until(s.began + minutes(16));
      },
      async (s) => {
        declareEvents(await s.start());
        await s.until(s.began + minutes(16));
      },
    ],
  },
);
