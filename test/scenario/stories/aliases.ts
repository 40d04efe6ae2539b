import { storiesOf } from '../story.ts';
import { QUARTER_HOURLY } from '../world/offload.ts';
import { at, minutes, type Pace } from '../world/time.ts';

const ONCE: Pace = { scrape: minutes(1), evaluation: minutes(5) };
const END = at(1, 0);

/** The names of the reference system, which keep the labels that they had there. */
export const aliases = storiesOf(undefined, {
  'the old lag is in minutes and the old watermark a time, of the layer that is furthest behind': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        for (const layer of ['bronze', 'silver']) pipeline.declareOffload({ ...QUARTER_HOURLY, layer });
        pipeline.trackLag({ table: 'trades', layer: 'bronze', watermark: END - 600 });
        pipeline.trackLag({ table: 'trades', layer: 'silver', watermark: END - 1_200 });
        pipeline.trackLag({ table: 'quotes', layer: 'bronze', watermark: END - 30 });
        await s.until(END);
        s.reads('offload_lag_minutes', [{ table: 'trades' }, 20], [{ table: 'quotes' }, 0.5]);
        for (const name of ['watermark_timestamp_seconds', 'watermark_timestamp']) {
          s.reads(name, [{ table: 'trades' }, END - 1_200], [{ table: 'quotes' }, END - 30]);
        }
      },
    ],
  },
  'the old throughput has its quantiles, over the layers of a table, and nothing for a table that moved nothing':
    {
      pace: ONCE,
      scripts: [
        async (s) => {
          const { pipeline } = await s.start();
          for (const layer of ['bronze', 'silver']) pipeline.declareOffload({ ...QUARTER_HOURLY, layer });
          await s.until(s.began + minutes(30));
          const moves = (layer: string, rows: number, times: number) => {
            for (let i = 0; i < times; i++) {
              pipeline.recordOffloadSuccess({ table: 'trades', layer, rows, durationSeconds: 1 });
            }
          };
          // Of ten observations five are in the bucket from 100 to 1,000 and five in that from 1,000 to 2,500.
          moves('bronze', 500, 4);
          moves('bronze', 2_000, 1);
          moves('silver', 500, 1);
          moves('silver', 2_000, 4);
          await s.until(END);
          const quantile = (q: number, value: number) =>
            [{ table: 'trades', quantile: String(q) }, value] as const;
          s.reads(
            'offload_rows_per_second',
            quantile(0.5, 1_000),
            quantile(0.9, 2_200),
            quantile(0.99, 2_470),
          );
        },
      ],
    },
  'the old information names version, interval and number of tables': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, version: '1.0.0' });
        pipeline.declareOffload({
          ...QUARTER_HOURLY,
          layer: 'silver',
          intervalSeconds: 5_400,
          version: '2.0.0',
        });
        await s.until(END);
        s.reads(
          'offload_info_info',
          [{ layer: 'bronze', version: '1.0.0', schedule_minutes: '15', tables: '3' }, 1],
          [{ layer: 'silver', version: '2.0.0', schedule_minutes: '90', tables: '2' }, 1],
        );
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ ...QUARTER_HOURLY, version: '1.0.0' });
        pipeline.setConfiguredTables({ layer: 'bronze', count: 3 });
        await s.until(END);
      },
    ],
  },
});
