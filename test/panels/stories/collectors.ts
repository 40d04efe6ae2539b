import { Database, declareCollector } from '../../scenario/world/collector.ts';
import { minutes } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { MINUTELY, START } from './pace.ts';

/** Two collectors, of which one query fails, one finds nothing and one is slow; then one of them is paused, and at last their process is gone. */
export const collectors: PanelStory = {
  name: 'collectors',
  dashboards: ['sightglass-collectors'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const database = new Database(s);
    const app = await s.start();
    const quality = declareCollector(app, database);
    const orders = declareCollector(app, new Database(s), { name: 'orders', intervalSeconds: 120 });
    const both = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await quality.poll();
        if (i % 2 === 0) await orders.poll();
        await s.wait(minutes(1));
      }
    };
    database.takesSeconds = 0.03;
    await both(18);
    await look('all is well');
    database.takesSeconds = 0.08;
    database.breaks('57014', ['scores']);
    database.empties('rows');
    await both(7);
    await look('one query fails and another finds nothing');
    orders.disable();
    s.die();
    await s.wait(minutes(9));
    await look('the process is gone, and one collector was paused');
  },
};
