import { DeclarationError, type LabelValues, type LifecycleState } from '@sightglass/core';
import { givenOptions, metricsWith, sharedInProcess, showState, subjectOf } from '@sightglass/core/authors';
import { Collector } from './collector.ts';
import { QUERY_ERRORS } from './errors.ts';
import * as metrics from './metrics.ts';
import { COLLECTOR_OPTIONS, problemsOf, type SqlCollectorOptions } from './options.ts';
import type { CollectorQuery } from './query.ts';

/** A declared collector. No method throws or rejects. */
export interface SqlCollector {
  readonly name: string;
  /** Whether it is meant to poll, and who says otherwise. */
  readonly state: LifecycleState;
  /** Polls now, beside the timer, or waits for the poll that is under way: for a test, or before a first scrape. */
  poll(): Promise<void>;
  /** It polls: ends `disable()` and `stop()`, and nothing for a retired one. */
  enable(): void;
  /** A person pauses it: nothing is read, and no alert waits for it, until `enable()`. */
  disable(): void;
  /** This process ends: ends the polls, and gives back the connection that an elected replica keeps. Before `pool.end()`, which waits for that. */
  stop(): Promise<void>;
  /** A person says that it is gone for good: it exports `sql_collector_lifecycle_state{state="retired"}` and nothing else, until it is declared again. */
  retire(): void;
}

const collectors = (): Map<string, Collector> =>
  sharedInProcess('@sightglass/pipeline/sql-collectors/1', () => new Map<string, Collector>());

/** What says of a collector that it is gone outlives it. */
const { sqlCollectorLifecycle: _, ...mortal } = metrics;
const ofCollector = metricsWith(mortal, 'collector');

/**
 * Reads metrics from a database on a timer: each query sets a gauge, adds to a counter what is new, or is read by a function, and has metrics of its own that say whether it succeeds, how long it takes and
 * how old what it found is. A scrape serves what the last poll found and waits for nothing; two polls never overlap; a database that is down, slow or locked costs the poll within its limits, and the
 * next one tries again. Throws a `DeclarationError` that lists everything wrong with the declaration.
 * @example
 * const measured = gauge('station_measured_timestamp_seconds', { help: 'Newest measurement of a station.', labels: ['station'] });
 * sqlCollector({
 *   name: 'stations', pool, intervalSeconds: 60, timeoutSeconds: 5,
 *   queries: { newest: { sql: 'select station, max(measured_at) as value from measurements group by station', sets: measured } },
 * });
 */
export function sqlCollector<G extends { readonly [query: string]: LabelValues }>(
  said: SqlCollectorOptions<G>,
): SqlCollector {
  const { options, problems } = read(said as SqlCollectorOptions);
  if (problems.length > 0) throw new DeclarationError(subjectOf('The SQL collector', said), problems);
  const { name } = options;
  const before = collectors().get(name);
  void before?.close();
  const collector = new Collector(options);
  collectors().set(name, collector);
  if (before !== undefined) forgetOthers(before, collector);
  show(collector);
  collector.start();
  return handleOf(name);
}

function read(said: SqlCollectorOptions) {
  try {
    const options = givenOptions(said, COLLECTOR_OPTIONS);
    return { options, problems: problemsOf(options, said) };
  } catch (error) {
    throw DeclarationError.from(error, subjectOf('The SQL collector', said));
  }
}

function show({ options, queries, intervalSeconds, maxAgeSeconds }: Collector): void {
  const { name: collector, owner, pages } = options;
  metrics.sqlCollectorOwner.removeAll({ collector });
  if (owner !== undefined) metrics.sqlCollectorOwner.set({ collector, owner });
  if (pages === false) metrics.sqlCollectorPages.set(0, { collector });
  else metrics.sqlCollectorPages.remove({ collector });
  for (const { name: query, timeoutSeconds } of queries) {
    const labels = { collector, query };
    metrics.sqlCollectorInterval.set(intervalSeconds, labels);
    metrics.sqlCollectorAgeObjective.set(maxAgeSeconds, labels);
    metrics.sqlCollectorTimeout.set(timeoutSeconds, labels);
    metrics.sqlCollectorValuesExpected.set(expectedOf(options.queries[query]), labels);
    metrics.sqlCollectorQueryDuration.boundsFor(labels, withBound(timeoutSeconds));
    metrics.sqlCollectorQueryDuration.init(labels);
    for (const error_type of QUERY_ERRORS) metrics.sqlCollectorErrors.init({ ...labels, error_type });
    if (metrics.sqlCollectorDeclared.peek(labels) === undefined)
      metrics.sqlCollectorDeclared.setToNow(labels);
  }
}

/** What only asks for what is new may find nothing, and that is no fault. */
const expectedOf = (query: CollectorQuery | undefined): number =>
  query?.expects ?? (query !== undefined && 'since' in query && query.since !== undefined ? 0 : 1);

const withBound = (bound: number): number[] =>
  [...new Set([...(metrics.sqlCollectorQueryDuration.descriptor.buckets ?? []), bound])].sort(
    (a, b) => a - b,
  );

/** Ends what was shown of queries that the new declaration does not have, and what the former one has read. */
function forgetOthers(before: Collector, now: Collector): void {
  for (const { name, target } of before.queries) {
    target.forget();
    if (!now.queries.some((query) => query.name === name))
      metricsWith(mortal, 'collector', 'query').removeSeries({ collector: now.options.name, query: name });
  }
}

function handleOf(name: string): SqlCollector {
  // Whichever declaration a handle came from, it speaks of the one that holds now.
  const now = () => collectors().get(name)!;
  return Object.freeze<SqlCollector>({
    name,
    get state() {
      return now().lifecycle.state;
    },
    poll: () => now().poll(),
    enable: () => now().to('enabled'),
    disable: () => pause(now(), 'disabled'),
    stop: () => pause(now(), 'stopping'),
    retire: () => retireSqlCollector(name),
  });
}

function pause(collector: Collector, state: 'disabled' | 'stopping' | 'retired'): Promise<void> {
  collector.to(state);
  return collector.close();
}

/**
 * Says that a collector is gone for good, though this code does not declare it any longer. It exports `sql_collector_lifecycle_state{state="retired"}` and nothing else. Never throws.
 * @example
 * retireSqlCollector('stations'); // is 'sensors' now
 */
export function retireSqlCollector(name: string): void {
  if (typeof name !== 'string' || name === '') return;
  const collector = collectors().get(name);
  if (collector === undefined) showState(metrics.sqlCollectorLifecycle, { collector: name }, 'retired');
  else void pause(collector, 'retired');
  ofCollector.removeSeries({ collector: name });
}

/** Says of every collector of this process that it is stopping, and waits until their connections are given back: before `pool.end()`. Never rejects. */
export async function stopSqlCollectors(): Promise<void> {
  await Promise.all([...collectors().values()].map((collector) => pause(collector, 'stopping')));
}
