import {
  jobLastRun,
  syncItemsLastRun,
  syncItemsObjective,
  syncLastWriteError,
  syncSourceLastError,
  syncSourceLastSuccess,
  syncSourceLastTimeout,
  syncSourceRetired,
  syncSourceSeen,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import { thing } from '../../engine/remembered/index.ts';
import { job, lastRun, view } from '../jobs/recordings.ts';
import { clockTolerance } from '../jobs/thresholds.ts';

/*
 * What is known of the sources of syncs, each by itself, so that a dead one is not hidden by the others; and when something last went wrong. A
 * sync that runs every six hours has its errors within a minute of each other: a rate of them is gone before anybody looks; a time stays.
 */

export const PER_SOURCE = ['job_name', 'source'] as const;

/** Sources. One that is found while a run goes on is not declared before that, so what no process has now is not retired. */
export const source = thing({
  labels: PER_SOURCE,
  noun: 'sync_source',
  declared: syncSourceSeen,
  keptFor: days(7),
  retired: promql`(${syncSourceRetired} > 0)`,
  of: job,
  clockTolerance,
});

/** When each source was first declared, by any process. */
export const sourceFirstSeen = source.first(syncSourceSeen);
export const sourceLastSuccess = source.newest(syncSourceLastSuccess);

/** How old what came from each source is; of one that never succeeded, how long it has been waited for. */
export const sourceAge: Recording = {
  record: 'job_name_source:sync_source_age_seconds:last_known',
  labels: PER_SOURCE,
  expr: promql`clamp_min(
      0 * ${sourceFirstSeen} + on (job_name) group_left () ${view}
      - on (job_name, source)
      (${sourceLastSuccess} or on (job_name, source) ${sourceFirstSeen}),
      0
    )`,
};

export const sourceError = source.newest(syncSourceLastError);
export const sourceTimeout = source.newest(syncSourceLastTimeout);
export const writeError = job.newest(syncLastWriteError);

/** Items of the last run, of whichever replica ran it. */
export const lastItems = job.ofLatest(syncItemsLastRun, jobLastRun, lastRun);
export const itemsObjective = job.stated(syncItemsObjective);

/** In the order in which they read each other. */
export const syncRecordings: readonly Recording[] = [
  ...source.register,
  sourceFirstSeen,
  sourceLastSuccess,
  sourceAge,
  sourceError,
  sourceTimeout,
  writeError,
  lastItems,
  itemsObjective,
];
