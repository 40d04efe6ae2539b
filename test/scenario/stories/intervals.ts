import { offloadRowsPerSecond } from '@sightglass/pipeline/metrics';
import { storiesOf } from '../story.ts';
import { declareJob, PRICING, TEN_MINUTELY } from '../world/job.ts';
import { QUARTER_HOURLY } from '../world/offload.ts';
import { TARGET } from '../world/stage.ts';
import { declareSync } from '../world/sync.ts';
import { hours, minutes, type Pace, seconds } from '../world/time.ts';

/** As often as most groups of recordings are evaluated. */
const EACH_MINUTE: Pace = { scrape: seconds(30), evaluation: minutes(1) };

/** As often as the copies of what is remembered are made. */
const EACH_HOUR: Pace = { scrape: hours(1), evaluation: hours(1) };

const bounds = [...offloadRowsPerSecond.descriptor.buckets!.map(String), '+Inf'];

/** What would not be there if a group were evaluated less often. */
export const intervals = storiesOf(undefined, {
  'what is recorded each minute is there after any minute': {
    pace: EACH_MINUTE,
    scripts: [
      async (s) => {
        const app = await s.start();
        app.pipeline.declareOffload(QUARTER_HOURLY);
        app.pipeline.trackLag({ table: 'trades', watermark: s.began - minutes(9) });
        await declareJob(s, app, TEN_MINUTELY).run({ takes: 1 });
        await s.until(s.began + minutes(11));
        s.reads('layer:offload_window_seconds:selected', [{ layer: 'bronze' }, 3_600]);
        s.reads('offload_lag_minutes', [{ table: 'trades' }, 20]);
        const runs = (status: string, count: number) => [{ ...PRICING, status }, count] as const;
        s.reads(
          'job_name_status:job_runs:total',
          runs('success', 1),
          runs('failed', 0),
          runs('missed', 0),
          runs('skipped_overlap', 0),
        );
      },
    ],
  },
  'what is copied each hour is there after any hour': {
    pace: EACH_HOUR,
    scripts: [
      async (s) => {
        const app = await s.start();
        app.pipeline.declareOffload(QUARTER_HOURLY);
        await declareSync(s, app, { ...TEN_MINUTELY, sources: ['groq'] }).run({ groq: 40 });
        const success = s.now;
        await s.until(s.began + hours(2));
        s.reads('layer:offload_interval_seconds:last_known_hourly', [{ layer: 'bronze' }, 900]);
        s.reads(
          'layer_le_table:offload_rows_per_second_bucket:total_hourly',
          ...bounds.flatMap((le) =>
            QUARTER_HOURLY.tables.map((table) => [{ layer: 'bronze', table, le }, 0] as const),
          ),
        );
        s.reads('job_name:job_interval_seconds:last_known_hourly', [PRICING, 600]);
        s.reads('job_name_source:sync_source_last_success_timestamp_seconds:last_known_hourly', [
          { ...PRICING, source: 'groq' },
          success,
        ]);
        s.reads('job:sightglass_targets_seen_timestamp_seconds:last_known_hourly', [
          { job: TARGET.job },
          s.now,
        ]);
      },
    ],
  },
});
