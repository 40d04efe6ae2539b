import { alertStories } from '../story.ts';
import { QUARTER_HOURLY } from '../world/offload.ts';
import { minutes } from '../world/time.ts';

const TRADES = { layer: 'bronze', table: 'trades' };

export const lagElevated = alertStories(
  'IcebergOffloadLagElevated',
  {
    severity: 'warning',
    summary: 'A table is close to the limit of its lag objective.',
    runbook: 'offload-lag.md#icebergoffloadlagelevated',
  },
  {
    'is quiet at 20 of 30 minutes, fires a millisecond beyond after ten, and resolves back at it': async (
      s,
    ) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      let lag = 1_200;
      pipeline.trackLag({ table: 'trades', watermark: () => s.now - lag });
      pipeline.trackLag({ table: 'quotes', watermark: () => s.now - 1_100 });
      await s.wait(minutes(20));
      lag = 1_200.001;
      await s.seen();
      await s.wait(minutes(10));
      s.fires(TRADES);
      await s.wait(minutes(5));
      lag = 1_200;
      await s.seen();
      s.resolves(TRADES);
      await s.wait(minutes(15));
    },
    'gives way to the critical alert when that fires, not before, and comes back after it': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      let lag = 1_700;
      pipeline.trackLag({ table: 'trades', watermark: () => s.now - lag });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(TRADES);
      await s.wait(minutes(5));
      lag = 1_900;
      await s.seen();
      await s.wait(minutes(5));
      s.resolves(TRADES);
      await s.wait(minutes(15));
      lag = 1_300;
      await s.seen();
      await s.wait(minutes(10));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'warns of a table while another table, and this one in another layer, are critical': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
      pipeline.trackLag({ table: 'trades', layer: 'bronze', watermark: () => s.now - 1_300 });
      pipeline.trackLag({ table: 'quotes', layer: 'bronze', watermark: () => s.now - 9_000 });
      pipeline.trackLag({ table: 'trades', layer: 'silver', watermark: () => s.now - 9_000 });
      await s.seen();
      await s.wait(minutes(10));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'leaves it to SchedulerDown while the process is dead': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
      pipeline.trackLag({ table: 'trades', watermark: s.now - 600 });
      await s.seen();
      s.die();
      await s.wait(minutes(30));
    },
    'stays quiet while a quick table is critical from the start': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      pipeline.trackLag({ table: 'trades', watermark: () => s.now - 5_000 });
      await s.wait(minutes(30));
    },
  },
);
