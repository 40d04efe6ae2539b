import {
  sqlCollectorAgeObjective,
  sqlCollectorDeclared,
  sqlCollectorErrors,
  sqlCollectorInterval,
  sqlCollectorLastPoll,
  sqlCollectorLastSuccess,
  sqlCollectorLifecycle,
  sqlCollectorOwner,
  sqlCollectorPages,
  sqlCollectorPolling,
  sqlCollectorQueryDuration,
  sqlCollectorSuccess,
  sqlCollectorTimeout,
  sqlCollectorValues,
  sqlCollectorValuesExpected,
} from '@sightglass/pipeline/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { days, minutes } from '../../engine/promql/duration.ts';
import { countOf, promql, type RecordedSeries, sumOf } from '../../engine/promql/promql.ts';
import {
  counting,
  enabledOf,
  exportedByOf,
  grownIn,
  ownershipOf,
  sharedNames,
  thing,
} from '../../engine/remembered/index.ts';
import { collectorClockTolerance } from './thresholds.ts';

/*
 * What is declared of collectors and their queries, what people said of them, when each last polled and succeeded, and how long it takes. Several replicas are one collector: the one that polled last
 * speaks.
 */

export const PER_COLLECTOR = ['collector'] as const;
export const PER_QUERY = ['collector', 'query'] as const;

const ofQuery = (record: string): RecordedSeries => ({
  record: `collector_query:${record}`,
  labels: PER_QUERY,
});

/** Collectors. One that no process has is remembered for a week. */
export const collector = thing({
  labels: PER_COLLECTOR,
  noun: 'sql_collector',
  declared: sqlCollectorInterval,
  keptFor: days(7),
  retired: promql`(${sqlCollectorLifecycle.where({ state: 'retired' })} == 1)`,
  clockTolerance: collectorClockTolerance,
});

/** Their queries. */
export const query = thing({
  labels: PER_QUERY,
  noun: 'sql_query',
  declared: sqlCollectorInterval,
  keptFor: days(7),
  of: collector,
  clockTolerance: collectorClockTolerance,
});

export const counts = counting('collectors');

export const interval = query.lastKnown(sqlCollectorInterval);
export const ageObjective = query.lastKnown(sqlCollectorAgeObjective);
export const timeout = query.lastKnown(sqlCollectorTimeout);
export const valuesExpected = query.lastKnown(sqlCollectorValuesExpected);

/** Collectors of which a process says this state now. */
const inState = (state: 'enabled' | 'disabled') =>
  promql`max by (collector) (${sqlCollectorLifecycle.where({ state })} == 1)`;

/** Whether a collector is meant to poll, 1 or 0, by what was last said. A process that stands by or stops says nothing of that. */
export const enabled = enabledOf(collector, 'sql_collector', inState);

export const isEnabled = promql`(${enabled} == 1)`;
export const isDisabled = promql`(${enabled} == 0)`;

const answering = ownershipOf(collector, 'sql_collector', {
  owner: sqlCollectorOwner,
  pages: sqlCollectorPages,
});

/** The owner of each collector, and `pages="false"` on one that must wake nobody: one series of value 1 for each. */
export const { ownership } = answering;

/** Which service exported each collector last. */
export const { exporters, exportedBy } = exportedByOf(collector, 'sql_collector', sqlCollectorInterval);

/** Services that declare one collector, where they are more than one. */
export const services = sharedNames(sqlCollectorInterval, PER_COLLECTOR, 'sql_collector');

/** How many replicas poll each collector; 0 where all stand by. */
export const polling: Recording = {
  record: 'collector:sql_collector_polling:sum',
  labels: PER_COLLECTOR,
  expr: promql`sum by (collector) (${counts.once(sqlCollectorPolling)})`,
};

/** The time at which each query was last looked at: that of the oldest sample of its replicas; now, when no process has its collector. One that the processes no longer declare has none. */
export const view: Recording = {
  ...ofQuery('sql_query_view_timestamp_seconds:min'),
  expr: promql`min by (collector, query) (timestamp(${sqlCollectorInterval}))
    or on (collector, query)
    (0 * ${query.seen} + time() and on (collector) ${collector.gone})`,
};

export const lastPoll = query.newest(sqlCollectorLastPoll);
export const lastSuccess = query.newest(sqlCollectorLastSuccess);

/** Whether the last poll of each query succeeded, by the replica that polled last. */
export const success = query.ofLatest(sqlCollectorSuccess, sqlCollectorLastPoll, lastPoll);
/** Values that the last successful poll gave. */
export const values = query.ofLatest(sqlCollectorValues, sqlCollectorLastSuccess, lastSuccess);

/** Since when a poll is waited for: the query was declared for the first time, or its collector was disabled until then. */
export const awaited = query.recording(
  'sql_query_awaited_timestamp_seconds:last_known',
  (self) => promql`0 * (${query.seen} and on (collector) ${isDisabled}) + time()
    or on (collector, query)
    ${query.known(self)}
    or on (collector, query)
    min by (collector, query) (${sqlCollectorDeclared})`,
);

const since = (last: Recording) =>
  promql`clamp_min(${view} - on (collector, query) (${last} > on (collector, query) ${awaited} or on (collector, query) ${awaited}), 0)`;

/** How long ago a poll of each query ended, well or badly. 0 while its collector is disabled. */
export const pollAge: Recording = {
  ...ofQuery('sql_query_poll_age_seconds:last_known'),
  expr: since(lastPoll),
};

/** How old what each query read is: since its last success, or since the first has been waited for. */
export const age: Recording = { ...ofQuery('sql_query_age_seconds:last_known'), expr: since(lastSuccess) };

/** Queries that nothing was asked of for longer than their answer may be old. */
const unasked = promql`(${pollAge} > on (collector, query) ${ageObjective})`;

/** How long ago each collector polled, where that is too long ago. */
export const standstill: Recording = {
  record: 'collector:sql_collector_standstill_seconds:max',
  labels: PER_COLLECTOR,
  expr: promql`max by (collector) (${unasked})`,
};

/** How old what each query read is, where that is older than it may be though its collector polls. */
export const stale = promql`(${age} > on (collector, query) ${ageObjective} unless on (collector, query) ${unasked})`;

const WINDOW = minutes(15);
const errors = counts.total(sqlCollectorErrors, {
  labels: ['collector', 'query', 'error_type'],
  known: query.known,
});
const asked = counts.total(countOf(sqlCollectorQueryDuration), { labels: PER_QUERY, known: query.known });
const seconds = counts.total(sumOf(sqlCollectorQueryDuration), { labels: PER_QUERY, known: query.known });

/** Polls that failed since each query was first known, by kind. */
export const errorsTotal: RecordedSeries = errors.series;

/** How long each query took on average in the last quarter of an hour in which it was asked: one that is asked once a day is as slow as it was then. */
export const meanDuration = query.recording(
  'sql_collector_query_duration_seconds:mean_window',
  (
    self,
  ) => promql`${grownIn(seconds.series, WINDOW)} / on (collector, query) (${grownIn(asked.series, WINDOW)} > 0)
    or on (collector, query)
    ${query.known(self)}`,
);

/** In the order in which they read each other. */
export const collectorRecordings: readonly Recording[] = [
  ...collector.register,
  ...query.register,
  ...counts.processes,
  interval,
  ageObjective,
  timeout,
  valuesExpected,
  enabled,
  answering.owner,
  answering.doesNotPage,
  ownership,
  exporters,
  exportedBy,
  services,
  polling,
  view,
  lastPoll,
  lastSuccess,
  success,
  values,
  awaited,
  pollAge,
  age,
  standstill,
  ...[errors, asked, seconds].flatMap(({ recordings }) => recordings),
  meanDuration,
];
