import { alertStories } from '../story.ts';
import { cycle, cycles, failing, hanging, idle, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes } from '../world/time.ts';

const TRADES = { layer: 'bronze', table: 'trades' };
const QUOTES = { layer: 'bronze', table: 'quotes' };

export const lagCritical = alertStories(
  'IcebergOffloadLagCritical',
  {
    severity: 'critical',
    summary: 'A table is further behind than its lag objective allows.',
    runbook: 'offload-lag.md#icebergoffloadlagcritical',
  },
  {
    'is quiet at the objective, fires a millisecond beyond it after five minutes, and resolves back at it':
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        let lag = 1_800;
        pipeline.trackLag({ table: 'trades', watermark: () => s.now - lag });
        await s.wait(minutes(20));
        lag = 1_800.001;
        await s.seen();
        await s.wait(minutes(5));
        s.fires(TRADES);
        await s.wait(minutes(10));
        lag = 1_800;
        await s.seen();
        s.resolves(TRADES);
        await s.wait(minutes(10));
      },
    'holds each table to its own objective, in each layer': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...QUARTER_HOURLY, lagObjectiveSeconds: { trades: 600, quotes: 7_200 } });
      pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver', lagObjectiveSeconds: 7_200 });
      const watermark = () => s.now - 1_000;
      for (const table of QUARTER_HOURLY.tables) {
        for (const layer of ['bronze', 'silver']) pipeline.trackLag({ table, layer, watermark });
      }
      await s.seen();
      await s.wait(minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(10));
    },
    'stays quiet over idle and failed cycles of a table that is in time, and for a table that was never offloaded':
      async (s) => {
        const { pipeline } = await s.start();
        const offload = pipeline.declareOffload(QUARTER_HOURLY);
        await cycles(s, offload, 2, { trades: idle(), quotes: failing() });
        await cycles(s, offload, 1, { trades: failing(), quotes: failing() });
        await cycles(s, offload, 3, { trades: idle(), quotes: failing() });
      },
    'leaves it to SchedulerDown while the process is dead, and fires an hour after it for a table that has not caught up':
      async (s) => {
        const { pipeline } = await s.start();
        const reached = s.now + minutes(15);
        const stuck = moved({ watermark: reached });
        await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 1, { trades: stuck, quotes: stuck });
        await s.seen();
        s.die();
        await s.wait(hours(1));
        const watermarks = { trades: reached, quotes: reached };
        const again = (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, watermarks });
        await s.seen();
        const back = s.now;
        await cycles(s, again, 4, { quotes: stuck });
        await s.until(back + hours(1) + minutes(5));
        s.fires(QUOTES);
        await cycles(s, again, 1);
        await s.seen();
        s.resolves(QUOTES);
        await s.wait(minutes(10));
      },
    'does the same over a restart that does not know the watermarks': async (s) => {
      const { pipeline } = await s.start();
      const reached = s.now + minutes(15);
      const stuck = moved({ watermark: reached });
      await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 1, { trades: stuck, quotes: stuck });
      await s.seen();
      s.die();
      await s.wait(hours(1));
      const again = (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.seen();
      const back = s.now;
      await cycles(s, again, 4, { quotes: stuck });
      await s.until(back + hours(1) + minutes(5));
      s.fires(QUOTES);
      await cycles(s, again, 1);
      await s.seen();
      s.resolves(QUOTES);
      await s.wait(minutes(10));
    },
    'fires when cycles hang although the process answers': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
      await cycles(s, offload, 1, { trades: moved({ takes: 0 }) });
      void cycle(s, offload, { trades: hanging() });
      await s.until(s.began + minutes(15 + 30 + 5) + 30);
      s.fires(TRADES);
      await s.wait(minutes(10));
    },
    'ends when the table is retired': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      for (const table of QUARTER_HOURLY.tables) pipeline.trackLag({ table, watermark: s.now - hours(1) });
      await s.seen();
      await s.wait(minutes(5));
      s.fires(TRADES);
      s.fires(QUOTES);
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
      await s.seen();
      s.resolves(TRADES);
      await s.wait(minutes(10));
      pipeline.retireOffload('bronze');
      await s.seen();
      s.resolves(QUOTES);
      await s.wait(minutes(10));
      s.die();
      await s.wait(minutes(10));
    },
    'judges by a shorter objective from the deploy on that made it shorter': async (s) => {
      const { pipeline } = await s.start();
      const tables = ['trades'] as const;
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables, lagObjectiveSeconds: hours(24) });
      const watermark = s.now - hours(3);
      pipeline.trackLag({ table: 'trades', watermark });
      await s.wait(minutes(30));
      const again = await s.start();
      again.pipeline.declareOffload({ ...QUARTER_HOURLY, tables, lagObjectiveSeconds: hours(1) });
      again.pipeline.trackLag({ table: 'trades', watermark });
      await s.seen();
      await s.wait(hours(1) + 30 + minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'stays quiet for a person who disables the layer, and judges by the scrapes where they are rarer than the objective':
      {
        pace: { scrape: 60, evaluation: 15 },
        scripts: [
          async (s) => {
            const { pipeline } = await s.start();
            pipeline.declareOffload(QUARTER_HOURLY).disable();
            pipeline.trackLag({ table: 'trades', watermark: s.now - hours(2) });
            pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver', lagObjectiveSeconds: 20 });
            pipeline.trackLag({ table: 'trades', layer: 'silver', watermark: () => s.now - 15 });
            await s.wait(hours(1));
          },
        ],
      },
    'judges the replica that is furthest ahead, because both serve one cold tier': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        pipeline.trackLag({ table: 'trades', watermark: () => s.now - 60 });
        pipeline.trackLag({ table: 'quotes', watermark: () => s.now - 2_000 });
        await s.seen();
        await s.wait(minutes(5));
        s.fires(QUOTES);
        await s.until(s.began + minutes(30));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, lagObjectiveSeconds: 600 });
        pipeline.trackLag({ table: 'trades', watermark: () => s.now - 9_000 });
        pipeline.trackLag({ table: 'quotes', watermark: () => s.now - 9_000 });
        await s.until(s.began + minutes(30));
      },
    ],
  },
);
