import {
  syncErrors,
  syncItemsLastRun,
  syncItemsObjective,
  syncTimeouts,
  syncWriteErrors,
} from '@sightglass/scheduler/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql, type RecordedSeries } from '../../engine/promql/promql.ts';
import { before, lastKnown, PER_JOB } from '../jobs/last-known.ts';
import { ofLastRun } from '../jobs/runs.ts';
import { beforeOfSource, PER_SOURCE } from './sources.ts';

/*
 * When something last happened. A sync that runs every six hours has its errors within a minute of them: a rate per second of such a counter is
 * next to nothing, and gone before anybody looks; a time stays.
 */

/** Long enough for four scrapes a minute apart, as where metrics are pushed. An event is seen for as long, and its time is that of the last look. */
export const SEEN_FOR = minutes(5);

const perSource = (record: string): RecordedSeries => ({
  record: `job_name_source:${record}:last_known`,
  labels: PER_SOURCE,
});
const ERROR = perSource('sync_source_error_timestamp_seconds');
const TIMEOUT = perSource('sync_source_timeout_timestamp_seconds');
const WRITE_ERROR: RecordedSeries = {
  record: 'job_name:sync_write_error_timestamp_seconds:last_known',
  labels: PER_JOB,
};

export const sourceError: Recording = {
  ...ERROR,
  expr: promql`0 * (sum by (job_name, source) (increase(${syncErrors}[${SEEN_FOR}])) > 0) + time()
    or on (job_name, source)
    ${beforeOfSource(ERROR)}`,
};

export const sourceTimeout: Recording = {
  ...TIMEOUT,
  expr: promql`0 * (sum by (job_name, source) (increase(${syncTimeouts}[${SEEN_FOR}])) > 0) + time()
    or on (job_name, source)
    ${beforeOfSource(TIMEOUT)}`,
};

export const writeError: Recording = {
  ...WRITE_ERROR,
  expr: promql`0 * (sum by (job_name) (increase(${syncWriteErrors}[${SEEN_FOR}])) > 0) + time()
    or on (job_name)
    ${before(WRITE_ERROR)}`,
};

/** Items of the last run, of whichever replica ran it. */
export const lastItems = ofLastRun(syncItemsLastRun);
export const itemsObjective = lastKnown(syncItemsObjective);
