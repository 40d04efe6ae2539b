import { declareEvents, EVENTS, Items } from '../../scenario/world/queue.ts';
import { minutes } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { MINUTELY, START } from './pace.ts';

/** A queue that replicas share, of which two processes read the same, one in the memory of a process, and one for each word that a panel has. */
export const queues: PanelStory = {
  name: 'queues',
  dashboards: ['sightglass-queues'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const items = new Items(s);
    const mails = new Items(s);
    const app = await s.start();
    const events = declareEvents(app, items, { concurrency: 4 });
    const own = app.worker.declareQueue({
      name: 'mails',
      capacity: 40,
      depth: mails.read,
      maxWaitSeconds: minutes(3),
      durationObjectiveSeconds: 1,
      concurrency: 2,
    });
    const other = (name: string) => app.worker.declareQueue({ name, capacity: 100, depth: () => 0 });
    const [idle, failing, errors, dead] = ['idle', 'failing', 'errors', 'dead'].map((name) => other(name));
    app.worker.declareQueue({ name: 'longer', capacity: 100, depth: () => ({ deferred: 15 }) });
    /** A minute of all. */
    const minute = async (failed = 0, mailsFail = false) => {
      events.enqueued(20);
      events.observeBatch({ size: 20, durationSeconds: 4, failed });
      events.observeBatch({ size: 6, durationSeconds: 0.3 });
      own.enqueued(3);
      own.recordEvent({ durationSeconds: 0.7, waitSeconds: 8 });
      own.recordEvent({ durationSeconds: 1.5, waitSeconds: 90, attempt: 2 });
      failing!.observeBatch({ size: 3, durationSeconds: 8, failed: mailsFail ? 2 : 0 });
      errors!.observeBatch({ size: 7, durationSeconds: 2, failed: mailsFail ? 1 : 0 });
      if (mailsFail) {
        own.recordEvent({ outcome: 'timed_out', durationSeconds: 6, attempt: 3, dead: true });
        own.recordEvent({ outcome: 'stalled' });
        own.recordError('database_insert');
      }
      await s.wait(minutes(1));
    };
    items.change(30);
    mails.change(2);
    for (let i = 0; i < 18; i++) {
      items.change(20);
      items.change(-21);
      if (i === 15) mails.change(-2);
      await minute(i % 5 === 0 ? 3 : 0);
    }
    await look('one is longer than usual');
    items.change(90);
    mails.change(13);
    dead!.deadLettered(3);
    const working = own.begin();
    for (let i = 0; i < 14; i++) {
      events.recordError('aggregation_update');
      await minute(11, true);
    }
    await look('work fails, and some are longer than usual');
    mails.change(25);
    items.change(500);
    own.redriven(4);
    idle!.disable();
    await s.wait(minutes(8));
    await look('nothing moves, and they fill up');
    working();
    s.die();
    await s.wait(minutes(12));
    await look('the process is gone, and another that only looks at one is there');
  },
  async beside(s) {
    await s.until(START + minutes(3));
    const { worker } = await s.start();
    let ready = 25;
    // It does not say since when the oldest waits.
    worker.declareQueue({ ...EVENTS, shared: true, consumes: false, depth: () => ready });
    await s.until(START + minutes(19));
    ready = 102;
    await s.until(START + minutes(32));
    ready = 602;
  },
};
