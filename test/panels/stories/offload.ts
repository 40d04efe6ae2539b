import { cycle, failing, moved, QUARTER_HOURLY } from '../../scenario/world/offload.ts';
import { minutes, seconds } from '../../scenario/world/time.ts';
import type { PanelStory } from '../told.ts';
import { MINUTELY, START } from './pace.ts';

export const offload: PanelStory = {
  name: 'offload',
  dashboards: ['sightglass-offload'],
  pace: MINUTELY,
  start: START,
  async script(s, look) {
    const { pipeline } = await s.start();
    const bronze = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes', 'orders'] });
    const silver = pipeline.declareOffload({
      layer: 'silver',
      tables: ['candles'],
      intervalSeconds: minutes(15),
      cycleDurationObjectiveSeconds: minutes(4),
      lagObjectiveSeconds: minutes(60),
    });
    const begun = s.now;
    pipeline.trackLag({ table: 'orders', watermark: () => begun });
    const both = async (plan: Parameters<typeof cycle<'trades' | 'quotes' | 'orders'>>[2], slow = false) => {
      await s.untilNext(minutes(15));
      await cycle(s, bronze, { ...plan, orders: moved({ rows: 7_000, watermark: 'none' }) });
      await cycle(s, silver, {
        candles: moved({ takes: seconds(slow ? 170 : 30), rows: slow ? 9_000 : 90_000 }),
      });
    };
    await both({ trades: moved({ takes: seconds(20), rows: 500_000 }) });
    await both({ quotes: moved({ takes: seconds(8), rows: 30_000 }) });
    await both({});
    await both({});
    await look('all is well');
    await both({ trades: failing(), quotes: moved({ takes: seconds(40), rows: 60_000 }) });
    await both({ trades: failing(new Error('timeout'), seconds(2)) }, true);
    await both({ trades: failing() }, true);
    await s.wait(minutes(2));
    await look('one table fails and another does not move');
    await both({ trades: failing(), quotes: failing() }, true);
    await s.wait(minutes(14));
    await look('before the next cycle');
    s.die();
    await s.wait(minutes(9));
    await look('the scheduler is gone');
    await s.wait(minutes(32));
    await look('it is back elsewhere, without one of its tables');
  },
  async beside(s) {
    await s.until(START + minutes(144));
    const { pipeline } = await s.start();
    const bronze = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes'] });
    for (let i = 0; i < 2; i++) {
      await s.untilNext(minutes(15));
      await cycle(s, bronze, { quotes: i === 0 ? failing() : moved({ takes: 0.5, rows: 0 }) });
    }
    s.die();
    await s.wait(10);
    (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades', 'quotes'] });
  },
};
