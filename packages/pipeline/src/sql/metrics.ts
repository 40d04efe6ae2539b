import { counter, gauge, histogram, info } from '@sightglass/core';
import { LIFECYCLE_STATES } from '@sightglass/core/authors';
import { QUERY_ERRORS } from './errors.ts';

/** What is read from a database on a timer: a collector polls, and each of its queries succeeds, fails, is slow or grows old on its own. */

const PER_QUERY = ['collector', 'query'] as const;

export const sqlCollectorLastPoll = gauge('sql_collector_last_poll_timestamp_seconds', {
  help: 'When a poll of the query last came to its end, well or badly, in Unix seconds.',
  labels: PER_QUERY,
  merge: 'max',
});

export const sqlCollectorSuccess = gauge('sql_collector_success', {
  help: 'Whether the last poll of the query gave rows that could be read (1), or failed (0); absent in a replica that does not poll.',
  labels: PER_QUERY,
  merge: { newestBy: sqlCollectorLastPoll },
});

export const sqlCollectorLastSuccess = gauge('sql_collector_last_success_timestamp_seconds', {
  help: 'When a poll of the query last succeeded, in Unix seconds: what was read then is what is shown now.',
  labels: PER_QUERY,
  merge: 'max',
});

export const sqlCollectorDeclared = gauge('sql_collector_declared_timestamp_seconds', {
  help: 'When the query was declared in this process, in Unix seconds: since when a first success may be waited for.',
  labels: PER_QUERY,
});

/** From five milliseconds to a minute; the time limit is one more bound of its own series. */
export const sqlCollectorQueryDuration = histogram('sql_collector_query_duration_seconds', {
  help: 'How long a query took, as far as its poll: from sending it to its rows, or to its failure. Waiting for a connection is not part of it.',
  labels: PER_QUERY,
  buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
});

export const sqlCollectorErrors = counter('sql_collector_errors_total', {
  help: 'Polls of the query that failed, by kind: no connection, out of time, locked, denied, a query that the database refuses, rows that do not fit.',
  labels: { collector: String, query: String, error_type: QUERY_ERRORS },
  unit: '{error}',
});

export const sqlCollectorValues = gauge('sql_collector_values', {
  help: 'Values that the last successful poll of the query gave. NULL is none, and neither is a row that is not there; 0 is one.',
  labels: PER_QUERY,
  unit: '{value}',
  merge: { newestBy: sqlCollectorLastSuccess },
});

export const sqlCollectorValuesExpected = gauge('sql_collector_values_expected', {
  help: 'Values that the query gives at least: 1, unless its declaration says otherwise.',
  labels: PER_QUERY,
  unit: '{value}',
  merge: 'max',
});

export const sqlCollectorInterval = gauge('sql_collector_interval_seconds', {
  help: 'The time between two polls of the query.',
  labels: PER_QUERY,
  merge: 'max',
});

export const sqlCollectorAgeObjective = gauge('sql_collector_age_objective_seconds', {
  help: 'How old what the query read may become, counted from its last success.',
  labels: PER_QUERY,
  merge: 'max',
});

export const sqlCollectorTimeout = gauge('sql_collector_timeout_seconds', {
  help: 'How long the query may take before it is ended.',
  labels: PER_QUERY,
  merge: 'max',
});

export const sqlCollectorPolling = gauge('sql_collector_polling', {
  help: 'Whether this replica polls (1), or another one does and this one stands by (0).',
  labels: ['collector'],
  merge: 'max',
});

export const sqlCollectorLifecycle = gauge('sql_collector_lifecycle_state', {
  help: 'Whether the collector is meant to poll: 1 for the present state, 0 for one that it had before. A person disables or retires it, a replica stands by until it is elected, a process that ends is stopping.',
  labels: { collector: String, state: LIFECYCLE_STATES },
  merge: 'max',
});

export const sqlCollectorOwner = info('sql_collector_owner_info', {
  help: 'Who answers for the collector; absent where its declaration names nobody.',
  labels: ['collector', 'owner'],
});

export const sqlCollectorPages = gauge('sql_collector_pages', {
  help: 'Is 0 where the declaration says that the collector wakes nobody, whatever happens to it; absent where it may.',
  labels: ['collector'],
  merge: 'max',
});
