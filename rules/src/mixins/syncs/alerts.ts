import type { AlertOptions } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { promql } from '../../engine/promql/promql.ts';
import {
  freshnessObjective,
  interval,
  isEnabled,
  lastDuration,
  lastRun,
  lastSuccess,
  successAge,
} from '../jobs/recordings.ts';
import { staleRatio } from '../jobs/thresholds.ts';
import {
  itemsObjective,
  lastItems,
  source,
  sourceAge,
  sourceError,
  sourceFirstSeen,
  sourceLastSuccess,
  sourceTimeout,
  writeError,
} from './recordings.ts';
import {
  justCompleted,
  sourceComesLater,
  sourceIsNew,
  timeoutsHold,
  timeoutsHoldIntervals,
} from './thresholds.ts';

const panel = (title: string) => ({ uid: 'sightglass-scheduler', panel: title });
const EVENT = 'It tells of an event, which does not last.';

/** The alerts on syncs and on each of their sources. That a sync does not run at all, or fails as a whole, is told of as of any job. */
export const syncAlerts: readonly AlertOptions[] = [
  {
    alert: 'SyncWriteErrors',
    expr: promql`time() - (
        ${writeError}
        unless on (job_name)
        (${lastSuccess} - on (job_name) ${lastDuration} > on (job_name) ${writeError})
      ) and on (job_name) ${isEnabled}`,
    for: minutes(1),
    severity: 'critical',
    summary: 'What a sync fetched could not be written.',
    description:
      'Sync {{ $labels.job_name }} could not write all that it fetched, and no run has succeeded since.',
    impact: 'Readers go on seeing the old items; some may be new and some old.',
    action: 'See whether the database answers and takes writes; then the error in the log of the run.',
    runbook: 'syncs',
    dashboard: { uid: 'sightglass-system', panel: 'Database Query Errors' },
  },
  {
    alert: 'SyncDataStale',
    expr: promql`${sourceAge} > on (job_name) group_left () ${staleRatio} * ${freshnessObjective}
      and on (job_name) ${isEnabled}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'What comes from a source of a sync is old.',
    description:
      'Sync {{ $labels.job_name }} last got items of source {{ $labels.source }} {{ $value | humanizeDuration }} ago.',
    impact: 'Items of this source are nearly as old as they may become; those of the others may be fresh.',
    action: 'See whether the sync runs; if it does, what this source answers.',
    runbook: 'syncs',
    dashboard: panel('Last Sync Timestamp Per Provider'),
  },
  {
    alert: 'SyncSourceFailing',
    expr: promql`time() - (
        ${sourceError}
        unless on (job_name, source)
        (${sourceLastSuccess} > on (job_name, source) ${sourceError})
      ) and on (job_name) ${isEnabled}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A source of a sync fails.',
    description:
      'Source {{ $labels.source }} of sync {{ $labels.job_name }} had an error, and has given nothing without one since.',
    impact: 'Items of this source stay as they are until it answers again.',
    action: 'Look up the error_type of the source; ask the source by hand.',
    runbook: 'syncs',
    dashboard: panel('Last Sync Timestamp Per Provider'),
  },
  {
    alert: 'SyncSourceTimeouts',
    expr: promql`time() - ${sourceTimeout}
      <= on (job_name) group_left () clamp_min(${timeoutsHoldIntervals} * ${interval}, ${timeoutsHold})`,
    noForReason: EVENT,
    severity: 'warning',
    summary: 'Requests to a source of a sync time out.',
    description:
      'Requests of sync {{ $labels.job_name }} to source {{ $labels.source }} timed out, {{ $value | humanizeDuration }} ago for the last time.',
    impact: 'Runs take longer; if it goes on, items of this source grow old.',
    action: 'Compare how long the source takes to answer with last week, and with the time limit.',
    runbook: 'syncs',
    dashboard: { uid: 'sightglass-system', panel: 'Provider API Response Times' },
  },
  {
    alert: 'SyncLowItems',
    expr: promql`${lastItems} < on (job_name) ${itemsObjective} and on (job_name) ${isEnabled}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A sync brought fewer items than it should.',
    description: 'The last run of sync {{ $labels.job_name }} brought {{ $value | humanize }} items.',
    impact: 'Items are missing, or keep what they were before.',
    action: 'Find the source that gave fewer than usual in the panel "Models Updated Per Sync".',
    runbook: 'syncs',
    dashboard: panel('Models Updated Per Sync'),
  },
  {
    alert: 'SyncSourceAdded',
    expr: promql`time() - (
        ${sourceFirstSeen} > on (job_name) group_left () min by (job_name) (${sourceFirstSeen}) + ${sourceComesLater}
      ) < ${sourceIsNew}`,
    noForReason: EVENT,
    severity: 'info',
    summary: 'A sync has a new source.',
    description: 'Sync {{ $labels.job_name }} now fetches from source {{ $labels.source }} too.',
    impact: 'More items, and one more source to watch.',
    action: 'Nothing, if it was meant to be.',
    runbook: 'syncs',
    dashboard: panel('Providers Configured'),
  },
  {
    alert: 'SyncSourceVanished',
    expr: promql`${source.gone} < on (job_name) group_left () ${lastRun}`,
    for: minutes(15),
    severity: 'info',
    summary: 'A sync no longer has a source that it had.',
    description:
      'Sync {{ $labels.job_name }} has run since and did not fetch from source {{ $labels.source }}.',
    impact: 'Its items are renewed no more, and grow old.',
    action:
      'If it was meant to be, say so with retireSource(), and it is forgotten; else put it back into the configuration.',
    runbook: 'syncs',
    dashboard: panel('Providers Configured'),
  },
  {
    alert: 'SyncCompleted',
    expr: promql`${successAge} <= ${justCompleted} and on (job_name) ${sourceFirstSeen}`,
    noForReason: EVENT,
    severity: 'info',
    summary: 'A sync has completed.',
    description: 'Sync {{ $labels.job_name }} succeeded {{ $value | humanizeDuration }} ago.',
    impact: 'Everything that it keeps up to date is fresh.',
    action: 'Nothing needs to be done.',
    runbook: 'syncs',
    dashboard: panel('Last Sync Time'),
  },
];
