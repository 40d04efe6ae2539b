export type { QueryLimits, Row, SqlDriver } from './database.ts';
export type { SqlPool } from './databases.ts';
export { retireSqlCollector, type SqlCollector, sqlCollector, stopSqlCollectors } from './declare.ts';
export { QUERY_ERRORS, type QueryError } from './errors.ts';
export { type DataHealth, type DataHealthOptions, type DataHealthReport, dataHealth } from './health.ts';
export type { SqlCollectorOptions } from './options.ts';
export type {
  CollectorQuery,
  ColumnOptions,
  CounterQuery,
  DatasetQuery,
  GaugeQuery,
  QueryOptions,
  RowsQuery,
  SinceOptions,
} from './query.ts';
