import {
  dbClientConnectionCount,
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
  dbClientOperationDuration,
} from '@sightglass/core/metrics';
import type { Recording } from '../../engine/model/rule.ts';
import { minutes } from '../../engine/promql/duration.ts';
import { bucketOf, countOf, type MetricReference, promql, where } from '../../engine/promql/promql.ts';
import { counting } from '../../engine/remembered/index.ts';
import { failuresOf } from '../http/failures.ts';

/*
 * The databases of each service, as its processes see them: whether anything that is asked of one succeeds, how long that takes, and whether there are
 * connections enough. Whoever measured it: the library and OpenTelemetry's instrumentations give the metrics the same names.
 */

export const PER_DATABASE = ['job', 'db_system_name'] as const;
export const PER_POOL = ['job', 'db_client_connection_pool_name'] as const;

const operations: MetricReference = { descriptor: dbClientOperationDuration };
const counted = countOf(operations);

const counts = counting('database');

/**
 * What a database refuses because of what it is asked: it is there, and has answered. Classes of SQLSTATE (feature not supported, cardinality, data exception, constraint, cursor, statement and
 * syntax, deadlock and serialization, raised by a function), the names that MySQL and SQLite have for the same, and replies of Redis that tell the client what to ask instead.
 */
const ANSWERS = [
  '(0A|21|22|23|24|26|34|40|42|44|P0)...',
  'ER_(DUP_ENTRY|DUP_KEY|NO_REFERENCED_ROW|NO_REFERENCED_ROW_2|ROW_IS_REFERENCED|ROW_IS_REFERENCED_2|BAD_NULL_ERROR|DATA_TOO_LONG|WARN_DATA_OUT_OF_RANGE|CHECK_CONSTRAINT_VIOLATED)',
  'ER_(PARSE_ERROR|BAD_FIELD_ERROR|NO_SUCH_TABLE|LOCK_DEADLOCK)',
  'SQLITE_(CONSTRAINT.*|MISMATCH|ERROR)',
  'WRONGTYPE|NOSCRIPT|BUSYGROUP|BUSYKEY|NOGROUP|MOVED|ASK|CROSSSLOT|EXECABORT',
].join('|');

const failures = failuresOf({
  labels: PER_DATABASE,
  noun: 'db_client',
  what: 'operations',
  counts,
  asked: counted,
  failed: where(counted, { error_type: { not: '' } }),
  unanswered: where(counted, { error_type: { matchesNot: `|${ANSWERS}` } }),
});

/** Databases of which nothing that was asked succeeded. */
export const { allFail, failedShare } = failures;
export const operationsTotal = failures.askedTotal;
export const operationsJustNow = failures.justAsked;

/** Callers that wait for a connection, of the process in which most do. */
export const waiting: Recording = {
  record: 'job_db_client_connection_pool_name:db_client_connection_pending_requests:max',
  labels: PER_POOL,
  expr: promql`max by (job, db_client_connection_pool_name) (${{ descriptor: dbClientConnectionPendingRequests }})`,
};

const used = where({ descriptor: dbClientConnectionCount }, { db_client_connection_state: 'used' });

/** The share of its connections that a pool has in use, in the process in which it is largest. */
export const poolShare: Recording = {
  record: 'job_db_client_connection_pool_name:db_client_connection_used:ratio',
  labels: PER_POOL,
  expr: promql`max by (job, db_client_connection_pool_name) (
      sum by (job, instance, db_client_connection_pool_name) (${used})
      / on (job, instance, db_client_connection_pool_name)
      (max by (job, instance, db_client_connection_pool_name) (${{ descriptor: dbClientConnectionMax }}) > 0)
    )`,
};

/** In the order in which they read each other. */
export const databaseRecordings: readonly Recording[] = [
  ...counts.processes,
  ...failures.recordings,
  waiting,
  poolShare,
];

/** Within what time 95 % of what was asked of a database was done. */
export const operationTime: Recording = {
  record: 'job_db_system_name:db_client_operation_duration_seconds:quantile_5m',
  labels: PER_DATABASE,
  expr: promql`histogram_quantile(
      ${0.95},
      sum by (job, db_system_name, le) (rate(${bucketOf(operations)}[${minutes(5)}]))
    ) >= ${0}`,
};

/** Evaluated less often: it reads the most samples. */
export const speedRecordings: readonly Recording[] = [operationTime];
