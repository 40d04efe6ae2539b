import type { LabelValues } from '@sightglass/core';
import { longNames, unknownNames } from '@sightglass/core/authors';
import { databaseOf, type SqlPool } from './databases.ts';
import type { CollectorQuery } from './query.ts';

/** What a database is asked, how often, and what it may cost. `G` has the labels of each query's metric. */
export interface SqlCollectorOptions<G = { readonly [query: string]: LabelValues }> {
  /** Its name, the same in every replica. Declaring it again replaces the former declaration. */
  readonly name: string;
  /** Where it reads: a pool of `pg` or `mysql2`, a `DatabaseSync` of `node:sqlite`, or any driver by one method. It is the host's: nothing here closes it. */
  readonly pool: SqlPool;
  /** What is asked, by name. They run one after the other; each fails, is late and recovers on its own. */
  readonly queries: { readonly [Q in keyof G]: CollectorQuery<G[Q]> };
  /** The time between two polls, in seconds. Default 60. */
  readonly intervalSeconds?: number;
  /** How long a query may take, in seconds: the server ends it then. Default 10. */
  readonly timeoutSeconds?: number;
  /** How long a query may wait for a lock, in seconds. Default: half of `timeoutSeconds`. */
  readonly lockTimeoutSeconds?: number;
  /** How long a poll may wait for a connection, in seconds. Default 5. */
  readonly connectTimeoutSeconds?: number;
  /** How old what was read may become, in seconds: then gauges end, and `CollectorStale` tells. Default: three intervals. */
  readonly maxAgeSeconds?: number;
  /**
   * Which replicas poll: `all`, or `one`, which is elected by a lock of the database and keeps one connection for it; or a function of the host's that says whether this one does. Default `all`.
   */
  readonly replicas?: 'all' | 'one' | (() => boolean | Promise<boolean>);
  /** How many connections the collectors that share this pool may have at once for their polls. Default 1. */
  readonly maxConnections?: number;
  /** Who answers for the collector, such as a team: its alerts carry the name. Default: nobody is named. */
  readonly owner?: string | undefined;
  /** False: nobody is woken for this collector, and what would be critical is a warning. Default true. */
  readonly pages?: boolean;
}

/** Every option that a collector has; the compiler holds that none is missing. */
export const COLLECTOR_OPTIONS = Object.keys({
  name: true,
  pool: true,
  queries: true,
  intervalSeconds: true,
  timeoutSeconds: true,
  lockTimeoutSeconds: true,
  connectTimeoutSeconds: true,
  maxAgeSeconds: true,
  replicas: true,
  maxConnections: true,
  owner: true,
  pages: true,
} satisfies { readonly [name in keyof SqlCollectorOptions]: true });

/** In SQLite it would be the host's own transaction that ends. */
const OF_TRANSACTIONS = /^[\s;]*(begin|start\s+transaction|commit|end|rollback|savepoint|release)\b/i;
const OF_EVERY_QUERY = ['sql', 'values', 'timeoutSeconds', 'expects'];
const WITH_COLUMNS = [...OF_EVERY_QUERY, 'value', 'labels'];
const KINDS = {
  sets: [...WITH_COLUMNS, 'sets'],
  adds: [...WITH_COLUMNS, 'adds', 'since'],
  tells: [
    ...OF_EVERY_QUERY,
    'tells',
    'newest',
    'rows',
    'found',
    'expected',
    'suite',
    'evaluated',
    'failed',
    'at',
  ],
  reads: [...OF_EVERY_QUERY, 'reads'],
} as const;

/** A database that is asked more often than this is not watched but loaded. */
const SHORTEST_SECONDS = 0.1;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isAbove0 = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < Infinity;

/** Everything that is wrong with a declaration, in plain sentences; empty when it is sound. */
export function problemsOf(options: SqlCollectorOptions, said: object): string[] {
  if (typeof options !== 'object' || options === null)
    return ['it needs an object with a name, a pool and queries'];
  const given = options as object as { readonly [name: string]: unknown };
  const problems: string[] = [];
  if (!isText(given.name)) problems.push('name must be a non-empty string');
  if (databaseOf(given.pool) === undefined)
    problems.push(
      'pool must be a Pool of pg or mysql2, a DatabaseSync of node:sqlite, or an object with query(sql, values, limits); a single client of pg can not come back when it is lost',
    );
  const { intervalSeconds } = given;
  if (intervalSeconds !== undefined && !(isAbove0(intervalSeconds) && intervalSeconds >= SHORTEST_SECONDS))
    problems.push(`intervalSeconds must be a number from ${SHORTEST_SECONDS} on`);
  for (const name of ['timeoutSeconds', 'lockTimeoutSeconds', 'connectTimeoutSeconds', 'maxAgeSeconds'])
    if (given[name] !== undefined && !isAbove0(given[name]))
      problems.push(`${name} must be a number above 0`);
  if (
    given.maxConnections !== undefined &&
    !(Number.isInteger(given.maxConnections) && isAbove0(given.maxConnections))
  )
    problems.push('maxConnections must be a whole number above 0');
  problems.push(...replicaProblems(given));
  if (given.owner !== undefined && !isText(given.owner)) problems.push('owner must be a non-empty string');
  if (given.pages !== undefined && typeof given.pages !== 'boolean')
    problems.push('pages must be true or false');
  return [
    ...problems,
    ...queriesProblems(given.queries),
    ...longNames(options, ['name', 'queries', 'owner']),
    ...unknownNames(said, COLLECTOR_OPTIONS),
  ];
}

function replicaProblems({ replicas = 'all', pool }: { readonly [name: string]: unknown }): string[] {
  if (replicas !== 'all' && replicas !== 'one' && typeof replicas !== 'function')
    return ['replicas must be all, one, or a function'];
  if (replicas === 'one' && databaseOf(pool)?.elects === false)
    return ['replicas can be one with pg and mysql2 only, which elect it; give a function that says it'];
  return [];
}

function queriesProblems(queries: unknown): string[] {
  if (typeof queries !== 'object' || queries === null || Array.isArray(queries))
    return ['queries must be an object with a query under each name'];
  const all = Object.entries(queries);
  if (all.length === 0) return ['queries must have one at least'];
  return all.flatMap(([name, query]) =>
    name === '' ? ['a query needs a name'] : queryProblems(query, `the query ${JSON.stringify(name)}`),
  );
}

function queryProblems(query: unknown, where: string): string[] {
  if (typeof query !== 'object' || query === null) return [`${where} must be an object`];
  const given = query as { readonly [name: string]: unknown };
  const problems: string[] = [];
  if (!isText(given.sql) || given.sql.trim() === '') problems.push(`${where} needs sql`);
  else if (OF_TRANSACTIONS.test(given.sql))
    problems.push(`sql of ${where} begins or ends a transaction; each poll has its own, which only reads`);
  if (given.values !== undefined && !Array.isArray(given.values))
    problems.push(`values of ${where} must be a list`);
  if (given.timeoutSeconds !== undefined && !isAbove0(given.timeoutSeconds))
    problems.push(`timeoutSeconds of ${where} must be a number above 0`);
  if (given.expects !== undefined && !(Number.isInteger(given.expects) && (given.expects as number) >= 0))
    problems.push(`expects of ${where} must be a whole number, 0 or more`);
  const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((kind) => given[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return [...problems, `${where} needs one of ${Object.keys(KINDS).join(', ')}`];
  if (kind === 'reads') problems.push(...readsProblems(given, where));
  else if (kind === 'tells') problems.push(...datasetProblems(given, where));
  else problems.push(...metricProblems(given, kind, where));
  return [...problems, ...unknownNames(query, KINDS[kind], where)];
}

const readsProblems = ({ reads }: { readonly [name: string]: unknown }, where: string): string[] =>
  typeof reads === 'function' ? [] : [`reads of ${where} must be a function`];

function datasetProblems(given: { readonly [name: string]: unknown }, where: string): string[] {
  const problems: string[] = [];
  if (typeof (given.tells as { readonly fresh?: unknown } | null)?.fresh !== 'function')
    problems.push(`tells of ${where} must be what declareDataset gives`);
  const named = KINDS.tells.slice(OF_EVERY_QUERY.length + 1).filter((name) => given[name] !== undefined);
  for (const name of named) if (!isText(given[name])) problems.push(`${name} of ${where} must name a column`);
  if (named.length === 0)
    problems.push(`${where} must name a column that is told: newest, rows, found, suite`);
  if ((given.found === undefined) !== (given.expected === undefined))
    problems.push(`${where} needs both found and expected`);
  return problems;
}

const isListOfNamed = (labels: unknown): labels is readonly { readonly name: string }[] =>
  Array.isArray(labels) && labels.every((label) => typeof label?.name === 'string');

function metricProblems(
  given: { readonly [name: string]: unknown },
  kind: 'sets' | 'adds',
  where: string,
): string[] {
  const wanted = kind === 'sets' ? 'gauge' : 'counter';
  const metric = given[kind] as {
    readonly descriptor?: { readonly kind?: unknown; readonly labels?: unknown };
    readonly set?: unknown;
    readonly add?: unknown;
  } | null;
  const { kind: is, labels: its } = metric?.descriptor ?? {};
  const records = kind === 'sets' ? metric?.set : metric?.add;
  if (is !== wanted || !isListOfNamed(its) || typeof records !== 'function')
    return [`${kind} of ${where} must be a ${wanted}`];
  const labels = its.map(({ name }) => name);
  const problems: string[] = [];
  if (given.value !== undefined && !isText(given.value))
    problems.push(`value of ${where} must name a column`);
  if (given.labels !== undefined) {
    problems.push(...unknownNames(given.labels, labels, `the labels of ${where}`));
    if (!Object.values(given.labels ?? {}).every((column) => column === undefined || isText(column)))
      problems.push(`the labels of ${where} must each name a column`);
  }
  const since = given.since as { readonly [name: string]: unknown } | undefined;
  if (since !== undefined && !(isText(since?.column) && isText(since?.start)))
    problems.push(`since of ${where} needs a column and start`);
  else if (since !== undefined)
    problems.push(...unknownNames(since, ['column', 'start', 'whenEmpty'], `since of ${where}`));
  return problems;
}
