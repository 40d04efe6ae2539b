import { storiesOf } from '../story.ts';
import { cycle, hanging, moved, QUARTER_HOURLY } from '../world/offload.ts';
import type { Process } from '../world/process.ts';
import { TARGET } from '../world/stage.ts';
import { days, hours, minutes, type Pace } from '../world/time.ts';

/** For stories in which a rule is looked at once: it is evaluated seldom, because each evaluation reads days of samples. */
const AT_THE_END: Pace = { scrape: minutes(5), evaluation: days(6) };

const ONE_TABLE = { ...QUARTER_HOURLY, tables: ['trades'] } as const;

/** A layer for each of the windows, with the longest interval that the window serves. */
const LAYERS = [
  { layer: 'quarter', intervalSeconds: 225, window: minutes(15), events: 2 },
  { layer: 'hour', intervalSeconds: 900, window: hours(1), events: 5 },
  { layer: 'six_hours', intervalSeconds: 5_400, window: hours(6), events: 8 },
  { layer: 'day', intervalSeconds: 21_600, window: days(1), events: 11 },
  { layer: 'week', intervalSeconds: 21_601, window: days(7), events: 14 },
] as const;

/** Before the end: two in the window of a quarter of an hour and one in twice that, two more in the hour and one in twice that, and so on. */
const EVENTS = [15, 60, 360, 1_440, 10_080]
  .flatMap((window) => [0.4, 0.8, 1.6].map((share) => window * share))
  .sort((a, b) => b - a);

/** One cycle of a layer: 4,000 rows in 5 seconds of success and 7 seconds of failure; one cycle of each status is counted. */
function event({ pipeline }: Process, layer: string): void {
  pipeline.recordOffloadSuccess({ table: 'trades', layer, rows: 1_000, durationSeconds: 2 });
  pipeline.recordOffloadSuccess({ table: 'quotes', layer, rows: 3_000, durationSeconds: 3 });
  pipeline.recordOffloadFailure({ table: 'trades', layer, errorType: 'timeout', durationSeconds: 1 });
  pipeline.recordOffloadFailure({ table: 'quotes', layer, errorType: 'timeout', durationSeconds: 6 });
  for (const status of ['success', 'partial', 'failed'] as const) {
    pipeline.recordCycleComplete({
      layer,
      status,
      durationSeconds: 12,
      successful: 1,
      failed: 1,
      rows: 4_000,
    });
  }
}

const STATUSES = ['success', 'partial', 'failed'] as const;

export const recordings = storiesOf(undefined, {
  'each layer is judged over the shortest window that holds four of its intervals': {
    pace: { scrape: minutes(1), evaluation: hours(4) },
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        const windows = [
          [225, 900],
          [226, 3_600],
          [900, 3_600],
          [901, 21_600],
          [5_400, 21_600],
          [5_401, 86_400],
          [21_600, 86_400],
          [21_601, 604_800],
          [864_000, 604_800],
        ] as const;
        for (const [intervalSeconds] of windows) {
          pipeline.declareOffload({ ...QUARTER_HOURLY, layer: `every_${intervalSeconds}`, intervalSeconds });
        }
        await s.seen();
        s.reads(
          'layer:offload_window_seconds:selected',
          ...windows.map(([interval, window]) => [{ layer: `every_${interval}` }, window] as const),
        );
      },
    ],
  },
  'what happened is counted over the window of the layer, whichever it is': {
    pace: AT_THE_END,
    scripts: [
      async (s) => {
        const app = await s.start();
        const end = days(12);
        for (const { layer, intervalSeconds } of LAYERS) {
          app.pipeline.declareOffload({ ...QUARTER_HOURLY, layer, intervalSeconds, errorTypes: ['timeout'] });
        }
        for (const before of EVENTS) {
          await s.until(end - minutes(before));
          for (const { layer } of LAYERS) event(app, layer);
        }
        await s.until(end);
        const ofEach = (value: (each: (typeof LAYERS)[number]) => number) =>
          LAYERS.map((each) => [{ layer: each.layer }, value(each)] as const);
        const ofStatuses = <S extends string>(
          statuses: readonly S[],
          value: (each: (typeof LAYERS)[number], status: S) => number,
        ) =>
          LAYERS.flatMap((each) =>
            statuses.map((status) => [{ layer: each.layer, status }, value(each, status)] as const),
          );
        const outcomes = ['success', 'failed'] as const;
        s.reads(
          'layer_status:offload_cycles:increase_window',
          ...ofStatuses(STATUSES, ({ events }) => events),
        );
        s.reads(
          'layer_status:offload_cycles:rate_window',
          ...ofStatuses(STATUSES, ({ events, window }) => events / window),
        );
        s.reads(
          'iceberg_offload:cycle_count:5m',
          ...ofStatuses(STATUSES, ({ events, window }) => events / window),
        );
        s.reads('layer:offload_cycles_success:ratio_window', ...ofEach(() => 1 / 3));
        s.reads('layer:offload_rows:increase_window', ...ofEach(({ events }) => 4_000 * events));
        s.reads(
          'layer:offload_rows:rate_window',
          ...ofEach(({ events, window }) => (4_000 * events) / window),
        );
        s.reads('iceberg_offload:rows_rate:5m', ...ofEach(({ events, window }) => (4_000 * events) / window));
        s.reads(
          'layer_status:offload_duration_seconds_sum:increase_window',
          ...ofStatuses(outcomes, ({ events }, status) => (status === 'success' ? 5 : 7) * events),
        );
        s.reads(
          'layer_status:offload_duration_seconds_count:increase_window',
          ...ofStatuses(outcomes, ({ events }) => 2 * events),
        );
        s.reads(
          'layer_status:offload_duration_seconds:mean_window',
          ...ofStatuses(outcomes, (_, status) => (status === 'success' ? 2.5 : 3.5)),
        );
        s.reads('iceberg_offload:duration_avg:5m', ...ofEach(() => 2.5));
        s.reads('layer:offload_throughput_rows_per_second:ratio_window', ...ofEach(() => 800));
        // 1,000 rows in 2 s are in the bucket up to 1,000, 3,000 in 3 s as well.
        const bounds = [
          100,
          1_000,
          2_500,
          5_000,
          10_000,
          25_000,
          50_000,
          100_000,
          250_000,
          1_000_000,
          '+Inf',
        ];
        s.reads(
          'layer_le_table:offload_rows_per_second_bucket:increase_window',
          ...LAYERS.flatMap(({ layer, events }) =>
            ['trades', 'quotes'].flatMap((table) =>
              bounds.map((le) => [{ layer, table, le: String(le) }, le === 100 ? 0 : events] as const),
            ),
          ),
        );
      },
    ],
  },
  'ratios are whole without any success, exist from the first event on, and are absent without any': {
    pace: { scrape: minutes(1), evaluation: hours(4) },
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        for (const layer of ['idle', 'once']) pipeline.declareOffload({ ...QUARTER_HOURLY, layer });
        // Recorded by hand and never declared: only the status that happened exists.
        pipeline.setPipelineInfo({ layer: 'by_hand', version: '1.0.0', intervalSeconds: 900 });
        const failed = () => {
          pipeline.recordCycleComplete({
            layer: 'by_hand',
            durationSeconds: 3,
            successful: 0,
            failed: 1,
            rows: 0,
          });
          pipeline.recordOffloadFailure({
            table: 'trades',
            layer: 'by_hand',
            errorType: 'timeout',
            durationSeconds: 3,
          });
        };
        failed();
        await s.until(hours(3.5));
        failed();
        pipeline.recordCycleComplete({
          layer: 'once',
          durationSeconds: 3,
          successful: 1,
          failed: 0,
          rows: 10,
        });
        pipeline.recordOffloadSuccess({ table: 'trades', layer: 'once', rows: 10, durationSeconds: 4 });
        await s.until(hours(4));
        s.reads(
          'layer:offload_cycles_success:ratio_window',
          [{ layer: 'by_hand' }, 0],
          [{ layer: 'once' }, 1],
        );
        s.reads(
          'layer_status:offload_duration_seconds:mean_window',
          [{ layer: 'by_hand', status: 'failed' }, 3],
          [{ layer: 'once', status: 'success' }, 4],
        );
        s.reads('iceberg_offload:duration_avg:5m', [{ layer: 'once' }, 4]);
        s.reads('layer:offload_throughput_rows_per_second:ratio_window');
      },
    ],
  },
  'the duration of the latest cycle is that of the slowest replica, and of a running one once it is longer': [
    async (s) => {
      const { pipeline } = await s.start();
      const bronze = pipeline.declareOffload(ONE_TABLE);
      const silver = pipeline.declareOffload({ ...ONE_TABLE, layer: 'silver' });
      void cycle(s, silver, { trades: hanging() });
      await s.until(hours(3) + minutes(10));
      await cycle(s, bronze, { trades: moved({ takes: 60 }) });
      await s.until(hours(3) + minutes(15));
      s.reads(
        'layer:offload_cycle_duration_seconds:latest',
        [{ layer: 'bronze' }, 60],
        [{ layer: 'silver' }, 900],
      );
      await s.until(hours(3) + minutes(20));
      void cycle(s, bronze, { trades: hanging() });
      await s.wait(30);
      s.reads(
        'layer:offload_cycle_duration_seconds:latest',
        [{ layer: 'bronze' }, 60],
        [{ layer: 'silver' }, 1_230],
      );
      await s.until(hours(3) + minutes(30));
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
      await s.until(hours(3) + minutes(5));
      void cycle(s, silver, { trades: hanging() });
      await s.until(hours(3) + minutes(10));
      await cycle(s, bronze, { trades: moved({ takes: 20 }) });
      await s.until(hours(3) + minutes(25));
      void cycle(s, bronze, { trades: hanging() });
      await s.until(hours(3) + minutes(30));
    },
  ],
  'targets are counted by job, those of ours alone': [
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      s.other('neighbour', '');
      await s.until(hours(3.5));
      s.reads('job:sightglass_targets:count', [{ job: TARGET.job }, 2]);
    },
    async (s) => {
      const { pipeline } = await s.start();
      pipeline.declareOffload(QUARTER_HOURLY);
      await s.until(hours(3.5));
    },
    async (s) => {
      await s.start();
      await s.until(hours(3.5));
    },
  ],
});
