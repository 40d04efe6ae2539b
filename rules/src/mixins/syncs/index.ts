import * as scheduler from '@sightglass/scheduler/metrics';
import { defineMixin } from '../../engine/mixin/mixin.ts';
import { seconds } from '../../engine/promql/duration.ts';
import { ownership, PER_JOB } from '../jobs/recordings.ts';
import { syncAlerts } from './alerts.ts';
import { syncRecordings } from './recordings.ts';
import { sourceFreshness } from './slos.ts';

export { syncAlerts } from './alerts.ts';
export * from './recordings.ts';
export * from './thresholds.ts';

/** Syncs: what is known of them and their sources, then the alerts, so that each sees the state of the same instant. */
export const syncs = defineMixin({
  name: 'syncs',
  needs: ['jobs'],
  file: 'sync.yml',
  component: 'sync',
  about:
    'Syncs, which are jobs that fetch from sources: what is known of each source, and the alerts. Needs jobs.yml.',
  metrics: [
    {
      exportedBy: 'declareSync()',
      metrics: Object.values(scheduler).filter(({ descriptor }) => descriptor.name.startsWith('sync_')),
      appears: {
        sync_last_run_items: 'after the first run',
        sync_source_last_error_timestamp_seconds: 'after the first error of a source',
        sync_source_last_timeout_timestamp_seconds: 'after the first timeout of a source',
        sync_last_write_error_timestamp_seconds: 'after the first write that fails',
        sync_items_objective: 'when itemsObjective is declared',
        sync_source_last_success_timestamp_seconds: 'after the first success of a source',
        sync_source_retired_timestamp_seconds: 'when a source is retired',
      },
      // A job that is no sync has no sources, and its alerts say so by that.
      optional: ['sync_sources_configured', 'sync_source_retired_timestamp_seconds'],
    },
  ],
  groups: () => [
    {
      name: 'sightglass-syncs',
      interval: seconds(30),
      rules: [...syncRecordings, ...syncAlerts],
    },
  ],
  // A sync is a job: its owner is that of the job.
  owners: { of: PER_JOB, ownership, complete: true },
  slos: [sourceFreshness],
  inhibitions: [
    { sources: ['SyncWriteErrors'], targets: ['JobFailing'], equal: ['job_name'] },
    {
      sources: ['SyncSourceFailing'],
      targets: ['SyncDataStale', 'SyncSourceTimeouts'],
      equal: ['job_name', 'source'],
    },
  ],
});
