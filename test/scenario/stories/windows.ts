import { storiesOf } from '../story.ts';
import { QUARTER_HOURLY } from '../world/offload.ts';
import type { Process } from '../world/process.ts';
import type { Stage } from '../world/stage.ts';
import { days, hours, minutes, type Pace } from '../world/time.ts';
import { WINDOW_TIERS } from './window-tiers.ts';

/** For stories of an hour. */
const ONCE: Pace = { scrape: minutes(1), evaluation: minutes(5) };

/** For windows of days: the rules are evaluated seldom, at times that divide these windows. */
const SELDOM: Pace = { scrape: minutes(5), evaluation: minutes(90) };

/** A layer for each of the windows, with the longest interval that the window serves, and how many of {@link EVENTS} it holds. */
const LAYERS = [
  { layer: 'quarter', intervalSeconds: 225, window: minutes(15), events: 2 },
  { layer: 'hour', intervalSeconds: 900, window: hours(1), events: 5 },
  { layer: 'six_hours', intervalSeconds: 5_400, window: hours(6), events: 8 },
  { layer: 'day', intervalSeconds: 21_600, window: days(1), events: 11 },
  { layer: 'week', intervalSeconds: 21_601, window: days(7), events: 14 },
] as const;
type Layer = (typeof LAYERS)[number];
/** Those of hours, and those of days. */
const [SHORT, LONG] = [LAYERS.slice(0, 3), LAYERS.slice(3)];

/** Minutes before the end: two in the shortest window and one in twice that, two more in the next and one in twice that, and so on. */
const EVENTS = [15, 60, 360, 1_440, 10_080]
  .flatMap((window) => [0.4, 0.8, 1.6].map((share) => window * share))
  .sort((a, b) => b - a);

const STATUSES = ['success', 'partial', 'failed'] as const;
const OUTCOMES = ['success', 'failed'] as const;

/** What each event does with a table: a success and a failure. */
const WORK = {
  trades: { rows: 1_000, succeedsIn: 2, failsIn: 1 },
  quotes: { rows: 3_000, succeedsIn: 3, failsIn: 6 },
} as const;

/** One event of a layer: each table succeeds once and fails once, and a cycle of each status ends. */
function event({ pipeline }: Process, layer: string, tables: readonly (keyof typeof WORK)[]): void {
  for (const table of tables) {
    const { rows, succeedsIn, failsIn } = WORK[table];
    pipeline.recordOffloadSuccess({ table, layer, rows, durationSeconds: succeedsIn });
    pipeline.recordOffloadFailure({ table, layer, errorType: 'timeout', durationSeconds: failsIn });
  }
  for (const status of STATUSES) {
    pipeline.recordCycleComplete({ layer, status, durationSeconds: 12, successful: 1, failed: 1, rows: 0 });
  }
}

/** A replica that plays {@link EVENTS} in every layer, up to `end`. */
async function replica(
  s: Stage,
  end: number,
  layers: readonly Layer[],
  tables: readonly (keyof typeof WORK)[],
): Promise<void> {
  const app = await s.start();
  for (const { layer, intervalSeconds } of layers) {
    app.pipeline.declareOffload({ layer, tables, intervalSeconds, errorTypes: ['timeout'] });
  }
  for (const before of EVENTS) {
    if (end - minutes(before) < s.now) continue;
    await s.until(end - minutes(before));
    for (const { layer } of layers) event(app, layer, tables);
  }
  await s.until(end);
}

const perLayer = (layers: readonly Layer[], value: (layer: Layer) => number) =>
  layers.map((each) => [{ layer: each.layer }, value(each)] as const);

const perStatus = <S extends string>(
  layers: readonly Layer[],
  statuses: readonly S[],
  value: (layer: Layer, status: S) => number,
) =>
  layers.flatMap((each) =>
    statuses.map((status) => [{ layer: each.layer, status }, value(each, status)] as const),
  );

const BOUNDS = ['1000', '2500', '5000', '10000', '25000', '50000', '100000', '250000', '1000000', '+Inf'];

/** What both replicas have done together. */
function countedTogether(s: Stage, layers: readonly Layer[]): void {
  const seconds = { success: 2 + 3 + 2, failed: 1 + 6 + 1 };
  s.reads(
    'layer_status:offload_cycles:increase_window',
    ...perStatus(layers, STATUSES, ({ events }) => 2 * events),
  );
  for (const name of ['layer_status:offload_cycles:rate_window', 'iceberg_offload:cycle_count:5m']) {
    s.reads(name, ...perStatus(layers, STATUSES, ({ events, window }) => (2 * events) / window));
  }
  s.reads('layer:offload_cycles_success:ratio_window', ...perLayer(layers, () => 1 / 3));
  s.reads('layer:offload_rows:increase_window', ...perLayer(layers, ({ events }) => 5_000 * events));
  for (const name of ['layer:offload_rows:rate_window', 'iceberg_offload:rows_rate:5m']) {
    s.reads(name, ...perLayer(layers, ({ events, window }) => (5_000 * events) / window));
  }
  s.reads(
    'layer_status:offload_duration_seconds_sum:increase_window',
    ...perStatus(layers, OUTCOMES, ({ events }, status) => seconds[status] * events),
  );
  s.reads(
    'layer_status:offload_duration_seconds_count:increase_window',
    ...perStatus(layers, OUTCOMES, ({ events }) => 3 * events),
  );
  s.reads(
    'layer_status:offload_duration_seconds:mean_window',
    ...perStatus(layers, OUTCOMES, (_, status) => seconds[status] / 3),
  );
  s.reads('iceberg_offload:duration_avg:5m', ...perLayer(layers, () => 7 / 3));
  s.reads('layer:offload_throughput_rows_per_second:ratio_window', ...perLayer(layers, () => 5_000 / 7));
  // 500 and 1,000 rows a second: all of them in the second bucket.
  s.reads(
    'layer_le_table:offload_rows_per_second_bucket:increase_window',
    ...layers.flatMap(({ layer, events }) =>
      (['trades', 'quotes'] as const).flatMap((table) => [
        [{ layer, table, le: '100' }, 0] as const,
        ...BOUNDS.map((le) => [{ layer, table, le }, (table === 'trades' ? 2 : 1) * events] as const),
      ]),
    ),
  );
}

export const windows = storiesOf(undefined, {
  'each layer is judged over the shortest window that holds four of its intervals': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        for (const [intervalSeconds] of WINDOW_TIERS) {
          pipeline.declareOffload({ ...QUARTER_HOURLY, layer: `every_${intervalSeconds}`, intervalSeconds });
        }
        await s.seen();
        s.reads(
          'layer:offload_window_seconds:selected',
          ...WINDOW_TIERS.map(([interval, window]) => [{ layer: `every_${interval}` }, window] as const),
        );
      },
    ],
  },
  'what happened is counted over the window of the layer, and over the replicas': {
    pace: ONCE,
    scripts: [
      async (s) => {
        await replica(s, hours(15), SHORT, ['trades', 'quotes']);
        countedTogether(s, SHORT);
      },
      (s) => replica(s, hours(15), SHORT, ['trades']),
    ],
  },
  'and so it is over windows of days': {
    pace: SELDOM,
    scripts: [
      async (s) => {
        await replica(s, days(12), LONG, ['trades', 'quotes']);
        countedTogether(s, LONG);
      },
      (s) => replica(s, days(12), LONG, ['trades']),
    ],
  },
  'what was longer ago than the window of a layer no longer counts, also when the layer is gone': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const app = await s.start();
        app.pipeline.declareOffload({ ...QUARTER_HOURLY, layer: 'gone', intervalSeconds: 225 });
        await s.until(s.began + minutes(15));
        event(app, 'gone', ['trades']);
        await s.until(s.began + minutes(30));
        s.die();
        await s.until(s.began + hours(1));
        s.reads(
          'layer:offload_window_seconds:selected',
          [{ layer: 'gone' }, 900],
          [{ layer: 'week' }, 604_800],
        );
        s.reads(
          'layer_status:offload_cycles:increase_window',
          ...['gone', 'week'].flatMap((layer) => STATUSES.map((status) => [{ layer, status }, 0] as const)),
        );
        s.reads('layer:offload_rows:increase_window', [{ layer: 'gone' }, 0], [{ layer: 'week' }, 0]);
        for (const figure of ['sum', 'count']) {
          s.reads(
            `layer_status:offload_duration_seconds_${figure}:increase_window`,
            ...['gone', 'week'].flatMap((layer) => OUTCOMES.map((status) => [{ layer, status }, 0] as const)),
          );
        }
        s.reads(
          'layer_le_table:offload_rows_per_second_bucket:increase_window',
          ...[
            { layer: 'gone', table: 'quotes' },
            { layer: 'gone', table: 'trades' },
            { layer: 'week', table: 'trades' },
          ].flatMap((table) => ['100', ...BOUNDS].map((le) => [{ ...table, le }, 0] as const)),
        );
      },
      async (s) => {
        const { pipeline } = await s.start();
        pipeline.declareOffload({ layer: 'week', tables: ['trades'], intervalSeconds: days(1) });
        await s.until(s.began + hours(1));
      },
    ],
  },
  'ratios are whole without any success, exist from the first event on, and are absent without any': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const { pipeline } = await s.start();
        for (const layer of ['idle', 'once']) pipeline.declareOffload({ ...QUARTER_HOURLY, layer });
        // Recorded by hand and never declared: only the status that happened exists.
        pipeline.setPipelineInfo({ layer: 'by_hand', version: '1.0.0', intervalSeconds: 900 });
        const failed = () => {
          const layer = 'by_hand';
          pipeline.recordCycleComplete({ layer, durationSeconds: 3, successful: 0, failed: 1, rows: 0 });
          pipeline.recordOffloadFailure({ table: 'trades', layer, errorType: 'timeout', durationSeconds: 3 });
        };
        failed();
        await s.until(s.began + minutes(30));
        failed();
        const layer = 'once';
        pipeline.recordCycleComplete({ layer, durationSeconds: 3, successful: 1, failed: 0, rows: 10 });
        pipeline.recordOffloadSuccess({ table: 'trades', layer, rows: 10, durationSeconds: 4 });
        await s.until(s.began + hours(1));
        s.reads('layer:offload_cycles_success:ratio_window', [{ layer: 'by_hand' }, 0], [{ layer }, 1]);
        s.reads(
          'layer_status:offload_duration_seconds:mean_window',
          [{ layer: 'by_hand', status: 'failed' }, 3],
          [{ layer, status: 'success' }, 4],
        );
        s.reads('iceberg_offload:duration_avg:5m', [{ layer }, 4]);
        s.reads('layer:offload_throughput_rows_per_second:ratio_window');
      },
    ],
  },
});
