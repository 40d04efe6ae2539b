import { alertStories } from '../story.ts';
import { cycles, failing, idle, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { hours, minutes, SLOW_PACE, seconds } from '../world/time.ts';

const TRADES = { layer: 'bronze', table: 'trades' };
const QUOTES = { layer: 'bronze', table: 'quotes' };
/** Work that ends at an evaluation, so that ages are whole there. */
const onTime = () => moved({ takes: seconds(30) });

export const watermarkStale = alertStories(
  'IcebergOffloadWatermarkStale',
  {
    severity: 'critical',
    summary: 'The watermark of a table no longer moves.',
    runbook: 'offload-watermark.md#icebergoffloadwatermarkstale',
  },
  {
    'fires five minutes after a watermark has not moved for more than an hour, until it moves': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload(QUARTER_HOURLY);
      await cycles(s, offload, 1, { trades: onTime() });
      const movedAt = s.now - 5;
      await cycles(s, offload, 4, { trades: moved({ watermark: movedAt }) });
      await s.until(movedAt + hours(1) + 30 + minutes(5));
      s.fires(TRADES);
      await cycles(s, offload, 2, { trades: moved({ watermark: 'none' }) });
      await cycles(s, offload, 1);
      await s.seen();
      s.resolves(TRADES);
      await s.wait(minutes(10));
    },
    'waits four intervals where they are longer than an hour': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: minutes(30) });
      await cycles(s, offload, 1, { trades: onTime() });
      const movedAt = s.now - 5;
      await cycles(s, offload, 4, { trades: moved({ watermark: 'none' }) });
      await s.until(movedAt + hours(2) + 30 + minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(10));
    },
    'waits an hour however often cycles run': async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'], intervalSeconds: 60 });
      await s.until(s.began + hours(1) + 30 + minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(1));
    },
    'leaves it to SchedulerDown while the process of the layer is dead': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
        await s.wait(minutes(5));
        s.die();
        await s.until(s.began + hours(1) + 30 + minutes(15));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver', tables: ['trades'] });
        pipeline.trackLag({ table: 'trades', watermark: () => s.now });
        await s.until(s.began + hours(1) + 30 + minutes(15));
      },
    ],
    'is not made fresh by deploys, for a table that has never been offloaded': async (s) => {
      for (let i = 0; i < 4; i++) {
        (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
        await s.wait(i < 3 ? minutes(20) : 30 + minutes(5));
      }
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'judges by a shorter interval from the deploy on that made it shorter': async (s) => {
      const { pipeline } = await s.start();
      const tables = ['trades'] as const;
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables, intervalSeconds: hours(24) });
      const watermarks = { trades: s.now };
      await s.wait(hours(1.5));
      (await s.start()).pipeline.declareOffload({ ...QUARTER_HOURLY, tables, watermarks });
      await s.seen();
      await s.wait(hours(1) + 30 + minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(5));
    },
    'stays quiet when an idle source is looked at in each cycle': async (s) => {
      const { pipeline } = await s.start();
      await cycles(s, pipeline.declareOffload(QUARTER_HOURLY), 6, { trades: idle(), quotes: idle() });
    },
    'stays quiet between the cycles of a pipeline that runs every six hours, with one that fails': {
      pace: SLOW_PACE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: hours(6) });
          await cycles(s, offload, 1);
          await cycles(s, offload, 1, { trades: failing() });
          await cycles(s, offload, 1);
          await s.wait(hours(1));
        },
      ],
    },
    'fires for a table that was never offloaded since it was declared, each layer at its own interval':
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver', intervalSeconds: hours(2) });
        await s.until(s.began + hours(1) + 30 + minutes(5));
        s.fires(TRADES);
        s.fires(QUOTES);
        await s.wait(minutes(10));
      },
    'is not made fresh by a restart that takes up the watermarks': async (s) => {
      const { pipeline } = await s.start();
      const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['trades'] });
      await cycles(s, offload, 1, { trades: onTime() });
      const movedAt = s.now;
      await s.wait(minutes(30));
      (await s.start()).pipeline.declareOffload({
        ...QUARTER_HOURLY,
        tables: ['trades'],
        watermarks: { trades: movedAt },
      });
      await s.until(movedAt + hours(1) + 30 + minutes(5));
      s.fires(TRADES);
      await s.wait(minutes(30));
    },
    'ends when the table is retired, also when the process dies afterwards, and where another layer has such a table':
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver', tables: ['trades'] });
        pipeline.trackLag({ table: 'trades', layer: 'silver', watermark: () => s.now });
        await s.until(s.began + hours(1) + 30 + minutes(5));
        s.fires(TRADES);
        s.fires(QUOTES);
        await s.wait(minutes(1));
        const offload = pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
        await s.seen();
        s.resolves(TRADES);
        await cycles(s, offload, 1);
        await s.seen();
        s.resolves(QUOTES);
        s.die();
        await s.wait(minutes(20));
      },
    'takes the longer of two intervals while a rolling change is under way, and the newer of two moves': [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: minutes(30) });
        await s.until(s.began + minutes(30));
        pipeline.trackLag({ table: 'trades', watermark: s.now });
        await s.until(s.began + hours(2) + 30 + minutes(5));
        s.fires(QUOTES);
        await s.until(s.began + hours(2.25));
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload(QUARTER_HOURLY);
        await s.until(s.began + hours(2.25));
      },
    ],
  },
);
