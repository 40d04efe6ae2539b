import { storiesOf } from '../../story.ts';
import { SIX_HOURLY } from '../../world/job.ts';
import { type AlertLabels, TARGET } from '../../world/stage.ts';
import { declareSync } from '../../world/sync.ts';
import { at, hours, minutes, type Pace } from '../../world/time.ts';

/** The rules are looked at once, after the first hour. */
const END = at(1, 0);
const ONCE: Pace = { scrape: minutes(1), evaluation: END };

const { job } = TARGET;
const first = { job, instance: 'host-1:8000' };
const second = { job, instance: 'host-2:8000' };

/** Buckets of durations of which each is below the first bound, or of one that is not. */
const buckets = (bounds: readonly string[], labels: AlertLabels, below: string, counts: number) =>
  [...bounds, '+Inf'].map((le, i) => [{ ...labels, le }, i < bounds.indexOf(below) ? 0 : counts] as const);
const RUN_BOUNDS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600].map(
  String,
);
const REQUEST_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60].map(String);
const QUERY_BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10].map(String);

const QUERIES = ['_bucket{le="1"}', '_sum', '_count']
  .map((part) => `db_client_operation_duration_seconds${part} 3`)
  .join('\n');

/** The names of reference system 002, which speak of one job, and keep the labels that they had there. */
export const pricingAliases = storiesOf(undefined, {
  'the old names of the pricing sync are those of its job alone, for each instance': {
    pace: ONCE,
    scripts: [
      async (s) => {
        const app = await s.start();
        const sync = declareSync(s, app, { ...SIX_HOURLY, sources: ['openrouter', 'featherless'] });
        const other = declareSync(s, app, {
          name: 'other',
          intervalSeconds: hours(9),
          sources: ['openrouter'],
        });
        const { recordDatabaseOperation } = app.service;
        // The queries of processes that do not have the job.
        s.other('neighbour', QUERIES, first.instance);
        s.other(job, QUERIES, 'host-9:8000');
        await s.until(s.began + minutes(15));
        recordDatabaseOperation({ system: 'postgresql', operation: 'INSERT', durationSeconds: 1 });
        recordDatabaseOperation({ system: 'postgresql', operation: 'SELECT', durationSeconds: 4 });
        await sync.run({ openrouter: 40, featherless: 20 });
        for (let i = 0; i < 2; i++) await sync.run({ openrouter: 'fails', featherless: 5 });
        await sync.run({ openrouter: 'times out', featherless: 'times out' });
        await sync.run({ openrouter: 'can not be written', featherless: 'can not be written' }, 'manual');
        for (let i = 0; i < 2; i++) await sync.run({ openrouter: 1, featherless: 1 }, 'manual');
        const locked = app.scheduler.instrumentJob(
          { name: 'pricing-sync' } as never,
          (run) => run.skippedLocked(),
          'elsewhere',
        );
        await locked({ trigger: 'manual' });
        sync.disable();
        await other.run({ openrouter: 'times out' }, 'manual');
        await other.run({ openrouter: 'can not be written' });
        await s.until(s.began + minutes(45));
        await other.run({ openrouter: 9 });
        await s.until(END);
        const provider = (name: string, instance = first) => ({ ...instance, provider: name });

        s.reads(
          'pricing_scheduled_sync_runs_total',
          [{ ...first, status: 'success' }, 1],
          [{ ...first, status: 'failed' }, 3],
          [{ ...second, status: 'success' }, 1],
          [{ ...second, status: 'failed' }, 0],
        );
        s.reads('pricing_manual_sync_runs_total', [first, 3]);
        s.reads('pricing_scheduled_sync_duration_seconds_count', [first, 7], [second, 1]);
        s.reads('pricing_scheduled_sync_duration_seconds_sum', [first, 14], [second, 2]);
        s.reads(
          'pricing_scheduled_sync_duration_seconds_bucket',
          ...buckets(RUN_BOUNDS, first, '2', 7),
          ...buckets(RUN_BOUNDS, second, '2', 1),
        );
        s.reads(
          'pricing_last_sync_timestamp',
          [{ provider: 'openrouter' }, s.began + minutes(30) + 1],
          [{ provider: 'featherless' }, s.began + minutes(30) + 2],
        );
        s.reads(
          'pricing_models_synced_total',
          [provider('openrouter'), 42],
          [provider('featherless'), 32],
          [provider('openrouter', second), 7],
          [provider('featherless', second), 8],
        );
        s.reads('pricing_sync_interval_hours', [{}, 6]);
        s.reads('pricing_scheduler_enabled', [{}, 0]);
        const error = (name: string, error_type: string, instance = first) => ({
          ...provider(name, instance),
          error_type,
        });
        s.reads(
          'pricing_provider_errors_total',
          [error('openrouter', 'timeout'), 1],
          [error('openrouter', 'process_error'), 2],
          [error('featherless', 'timeout'), 1],
          [error('featherless', 'process_error'), 0],
          ...['openrouter', 'featherless'].flatMap((name) =>
            ['timeout', 'process_error'].map((kind) => [error(name, kind, second), 0] as const),
          ),
        );
        s.reads(
          'pricing_provider_timeouts_total',
          [provider('openrouter'), 1],
          [provider('featherless'), 1],
          [provider('openrouter', second), 0],
          [provider('featherless', second), 0],
        );
        const requests = [
          [provider('openrouter'), 7],
          [provider('featherless'), 7],
          [provider('openrouter', second), 1],
          [provider('featherless', second), 1],
        ] as const;
        s.reads('pricing_provider_request_duration_seconds_count', ...requests);
        s.reads('pricing_provider_request_duration_seconds_sum', ...requests);
        s.reads(
          'pricing_provider_request_duration_seconds_bucket',
          ...requests.flatMap(([labels, count]) => buckets(REQUEST_BOUNDS, labels, '1', count)),
        );
        s.reads('pricing_models_update_errors_total', [first, 2], [second, 0]);
        s.reads('pricing_database_query_duration_seconds_count', [first, 2]);
        s.reads('pricing_database_query_duration_seconds_sum', [first, 5]);
        s.reads(
          'pricing_database_query_duration_seconds_bucket',
          ...QUERY_BOUNDS.concat('+Inf').map(
            (le) =>
              [{ ...first, le }, Number(le.replace('+Inf', '9')) >= 5 ? 2 : Number(le) >= 1 ? 1 : 0] as const,
          ),
        );
      },
      async (s) => {
        const app = await s.start();
        const sync = declareSync(s, app, {
          ...SIX_HOURLY,
          schedule: '0 */4 * * *',
          sources: ['openrouter', 'featherless'],
        });
        await s.until(s.began + minutes(30));
        await sync.run({ openrouter: 7, featherless: 8 });
        sync.disable();
        await s.until(END);
      },
      async (s) => {
        const app = await s.start();
        const { recordDatabaseOperation } = app.service;
        declareSync(s, app, { name: 'another', intervalSeconds: hours(9), sources: ['openrouter'] });
        recordDatabaseOperation({ system: 'postgresql', operation: 'INSERT', durationSeconds: 1 });
        await s.until(END);
      },
    ],
  },
});
