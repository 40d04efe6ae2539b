import { syncSourceLastSuccess, syncSourceSeen } from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { promql, type Query, type RecordedSeries } from '../../engine/promql/promql.ts';
import { interval, past } from '../jobs/last-known.ts';

/*
 * What is known of the sources of syncs, each by itself, so that a dead one is not hidden by the others. A source that a living process no
 * longer declares is retired and carried no further; while all processes are gone, the sources are those that they had in the end.
 */

export const PER_SOURCE = ['job_name', 'source'] as const;

const FIRST_SEEN: RecordedSeries = {
  record: 'job_name_source:sync_source_first_seen_timestamp_seconds:first_known',
  labels: PER_SOURCE,
};
const SUCCESS: RecordedSeries = {
  record: 'job_name_source:sync_source_last_success_timestamp_seconds:last_known',
  labels: PER_SOURCE,
};

/** When each source was first declared, by any process: the register of sources. */
export const sourceFirstSeen: Recording = {
  ...FIRST_SEEN,
  expr: promql`(${FIRST_SEEN} and on (job_name, source) ${syncSourceSeen})
    or on (job_name, source)
    min by (job_name, source) (${syncSourceSeen})
    or on (job_name, source)
    (${FIRST_SEEN} unless on (job_name) ${syncSourceSeen} and on (job_name) ${interval})`,
};

/** What the evaluation before recorded, of sources that are in the register. */
export const beforeOfSource = (series: RecordedSeries): Query =>
  promql`(${series} and on (job_name, source) ${sourceFirstSeen})`;

export const sourceLastSuccess: Recording = {
  ...SUCCESS,
  expr: promql`max by (job_name, source) (${past(syncSourceLastSuccess)} or ${beforeOfSource(SUCCESS)})`,
};

/** How old what came from each source is; of one that never succeeded, how long it has been waited for. */
export const sourceAge: Recording = {
  record: 'job_name_source:sync_source_age_seconds:last_known',
  labels: PER_SOURCE,
  expr: promql`time() - (${sourceLastSuccess} or ${sourceFirstSeen})`,
};
