import { storiesOf } from '../story.ts';
import { cycle, hanging, moved, QUARTER_HOURLY } from '../world/offload.ts';
import { TARGET } from '../world/stage.ts';
import { at, minutes } from '../world/time.ts';

const ONE_TABLE = { ...QUARTER_HOURLY, tables: ['trades'] } as const;

/** What is known of layers, tables and cycles, also of those that are gone. */
export const lastKnown = storiesOf(undefined, {
  'the interval is that of the living; of a layer that is gone it is what the last of them said': [
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...QUARTER_HOURLY, intervalSeconds: 7_200 });
      await s.until(at(0, 10));
      s.die();
      await s.until(at(0, 30));
      s.reads('layer:offload_interval_seconds:last_known', [{ layer: 'bronze' }, 900]);
      await s.until(at(1, 0));
      s.reads('layer:offload_interval_seconds:last_known', [{ layer: 'bronze' }, 900]);
    },
    async (s) => {
      await s.until(at(0, 10));
      (await s.start()).pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(at(0, 45));
      s.die();
      await s.until(at(1, 0));
    },
  ],
  'objectives and watermarks are those of the replica that promises and has done most': [
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...ONE_TABLE, lagObjectiveSeconds: 600 });
      pipeline.trackLag({ table: 'trades', watermark: at(0, -60) });
      await s.until(at(0, 10));
      s.reads('layer_table:offload_lag_objective_seconds:last_known', [
        { layer: 'bronze', table: 'trades' },
        1_200,
      ]);
      s.reads('layer_table:offload_watermark_timestamp_seconds:last_known', [
        { layer: 'bronze', table: 'trades' },
        at(0, -60),
      ]);
    },
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...ONE_TABLE, lagObjectiveSeconds: 1_200 });
      pipeline.trackLag({ table: 'trades', watermark: at(0, -120) });
      await s.until(at(0, 10));
    },
  ],
  'a table that is retired is forgotten at once, one of a dead process is carried on': [
    async (s) => {
      const { pipeline } = await s.start();
      const silver = [{ layer: 'silver', table: 'trades' }, at(0, -5)] as const;
      pipeline.declareOffload(QUARTER_HOURLY);
      for (const table of QUARTER_HOURLY.tables) pipeline.trackLag({ table, watermark: at(0, -10) });
      await s.until(at(0, 10));
      const trades = [{ layer: 'bronze', table: 'trades' }, at(0, -10)] as const;
      const quotes = [{ layer: 'bronze', table: 'quotes' }, at(0, -10)] as const;
      s.reads('layer_table:offload_watermark_timestamp_seconds:last_known', trades, quotes, silver);
      pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
      await s.until(at(0, 20));
      s.reads('layer_table:offload_watermark_timestamp_seconds:last_known', quotes, silver);
      s.die();
      await s.until(at(0, 40));
      s.reads('layer_table:offload_watermark_timestamp_seconds:last_known', quotes, silver);
      s.reads(
        'layer_table:offload_lag_seconds:last_known',
        [quotes[0], minutes(50)],
        [silver[0], minutes(45)],
      );
    },
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
      pipeline.trackLag({ table: 'trades', layer: 'silver', watermark: at(0, -5) });
      await s.until(at(0, 40));
    },
  ],
  'a table that was retired and is declared again begins anew, and so do all of a layer that was': async (
    s,
  ) => {
    const { pipeline } = await s.start();
    pipeline.declareOffload(QUARTER_HOURLY);
    for (const table of QUARTER_HOURLY.tables) pipeline.trackLag({ table, watermark: at(0, -10) });
    await s.until(at(0, 5));
    pipeline.declareOffload({ ...QUARTER_HOURLY, tables: ['quotes'] });
    await s.until(at(0, 10));
    const layer = pipeline.declareOffload(QUARTER_HOURLY);
    await s.until(at(0, 15));
    const quotes = { layer: 'bronze', table: 'quotes' };
    const trades = { layer: 'bronze', table: 'trades' };
    s.reads('layer_table:offload_watermark_timestamp_seconds:last_known', [quotes, at(0, -10)]);
    s.reads(
      'layer_table:offload_watermark_updated_timestamp_seconds:last_known',
      [quotes, at(0, 0)],
      [trades, at(0, 10)],
    );
    layer.retire();
    await s.until(at(0, 20));
    s.reads('layer_table:offload_watermark_updated_timestamp_seconds:last_known');
    (await s.start()).pipeline.declareOffload(ONE_TABLE);
    await s.until(at(0, 25));
    s.reads('layer_table:offload_watermark_timestamp_seconds:last_known');
    s.reads('layer_table:offload_watermark_updated_timestamp_seconds:last_known', [trades, at(0, 20)]);
  },
  'a watermark is carried on although another layer has a table of that name': [
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(ONE_TABLE);
      pipeline.trackLag({ table: 'trades', watermark: at(0, -10) });
      await s.until(at(0, 10));
      s.die();
      await s.until(at(0, 30));
      s.reads(
        'layer_table:offload_watermark_timestamp_seconds:last_known',
        [{ layer: 'bronze', table: 'trades' }, at(0, -10)],
        [{ layer: 'silver', table: 'trades' }, at(0, -5)],
      );
    },
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
      pipeline.trackLag({ table: 'trades', watermark: at(0, -5) });
      await s.until(at(0, 30));
    },
  ],
  'the duration of the latest cycle is that of the slowest replica, and of a running one once it is longer': [
    async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload(ONE_TABLE);
      const silver = pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
      void cycle(s, silver, { trades: hanging() });
      await s.until(s.began + minutes(10));
      await cycle(s, bronze, { trades: moved({ takes: 60 }) });
      await s.until(s.began + minutes(15));
      s.reads(
        'layer:offload_cycle_duration_seconds:latest',
        [{ layer: 'bronze' }, 60],
        [{ layer: 'silver' }, 900],
      );
      await s.until(s.began + minutes(20));
      void cycle(s, bronze, { trades: hanging() });
      await s.wait(30);
      s.reads(
        'layer:offload_cycle_duration_seconds:latest',
        [{ layer: 'bronze' }, 60],
        [{ layer: 'silver' }, 1_230],
      );
      await s.until(s.began + minutes(30));
      s.reads(
        'layer:offload_cycle_duration_seconds:latest',
        [{ layer: 'bronze' }, 600],
        [{ layer: 'silver' }, 1_800],
      );
    },
    async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload(ONE_TABLE);
      const silver = pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
      await s.until(s.began + minutes(5));
      void cycle(s, silver, { trades: hanging() });
      await s.until(s.began + minutes(10));
      await cycle(s, bronze, { trades: moved({ takes: 20 }) });
      await s.until(s.began + minutes(25));
      void cycle(s, bronze, { trades: hanging() });
      await s.until(s.began + minutes(30));
    },
  ],
  'targets are counted by job, those alone that use the library, whatever they declare with it': [
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'silver' });
      s.other('neighbour', '', 'host-1:8000');
      await s.until(s.began + minutes(30));
      s.reads('job:sightglass_targets:count', [{ job: TARGET.job }, 3]);
    },
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(s.began + minutes(30));
    },
    async (s) => {
      await s.start();
      await s.until(s.began + minutes(30));
    },
  ],
});
