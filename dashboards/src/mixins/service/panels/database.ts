import {
  dbClientConnectionCount,
  dbClientConnectionMax,
  dbClientConnectionPendingRequests,
  dbClientOperationDuration,
} from '@sightglass/core/metrics';
import { countOf, type MetricReference, promql, sync, where } from '@sightglass/rules';
import { syncWriteErrors } from '@sightglass/scheduler/metrics';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { quantile, rateInterval, window } from '../../../engine/window.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 9 } as const;

const operations: MetricReference = { descriptor: dbClientOperationDuration };
const TABLE = ['db_operation_name', 'db_collection_name'] as const;
const TABLE_LEGEND = '{{db_operation_name}} {{db_collection_name}}';

export const queryDuration: PanelSpec = {
  title: 'Database Query Duration',
  description:
    'How long queries take, without the wait for a connection: quantiles of all of them now, and the p95 of the six slowest operations on a table over four declared intervals of the chosen jobs, so that the tables of a sync show between its runs too.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: quantile(0.5, [], operations, rateInterval), legend: 'p50' },
    { query: quantile(0.95, [], operations, rateInterval), legend: 'p95' },
    {
      query: promql`topk(6, ${quantile(0.95, TABLE, operations, window)})`,
      legend: `p95 ${TABLE_LEGEND}`,
    },
  ],
};

const pool = (descriptor: MetricReference['descriptor'], legend: string) => ({
  query: promql`sum by (db_client_connection_pool_name) (${{ descriptor }})`,
  legend: `{{db_client_connection_pool_name}} ${legend}`,
});
const connections = (state: 'used' | 'idle', legend: string) => ({
  query: promql`sum by (db_client_connection_pool_name) (${where(
    { descriptor: dbClientConnectionCount },
    { db_client_connection_state: state },
  )})`,
  legend: `{{db_client_connection_pool_name}} ${legend}`,
});

export const connectionPool: PanelSpec = {
  title: 'Database Connection Pool',
  description:
    'Connections of each pool over all chosen processes: in use, idle, and how many there may be; beside them the callers that wait for one, which should be none.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    connections('used', 'active'),
    connections('idle', 'idle'),
    { ...pool(dbClientConnectionMax, 'size'), color: 'red', limit: true },
    pool(dbClientConnectionPendingRequests, 'waiting'),
  ],
};

export const activeConnections: PanelSpec = {
  title: 'Active DB Connections',
  description: 'Connections of each pool that are in use now.',
  type: 'stat',
  unit: unit.count,
  width: 6,
  height: 6,
  queries: [connections('used', '')],
};

const failed = countOf(where(operations, { error_type: { not: '' } }));
/** An error has no series before the first of its kind, which increase() misses. */
const failures = promql`((${failed} unless ${failed} offset ${rateInterval}) or increase(${failed}[${rateInterval}]))`;
const writeAlert = alertNamed('SyncWriteErrors').expr;

export const queryErrors: PanelSpec = {
  title: 'Database Query Errors',
  description:
    'Queries that failed just before each point, by operation, table and kind of error; what a sync could not write, over four declared intervals. On the right axis how long ago that was, while no run has succeeded since. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    {
      query: promql`sum by (db_operation_name, db_collection_name, error_type) (${failures})
        or
        0 * sum by (db_operation_name, db_collection_name) (rate(${countOf(operations)}[${rateInterval}]))`,
      legend: `${TABLE_LEGEND} {{error_type}}`,
    },
    {
      query: promql`sum by (job_name, source) (increase(${syncWriteErrors}[${window}]))`,
      legend: '{{job_name}} {{source}} not written',
      color: 'red',
    },
    {
      ...byState([
        {
          name: 'none',
          color: 'green',
          query: promql`0 * count by (job_name) (${sync.sourceFirstSeen}) unless on (job_name) (${writeAlert})`,
        },
        { name: 'failing', color: 'red', query: writeAlert },
      ]),
      legend: '{{job_name}} writes',
      rightAxis: unit.seconds,
    },
  ],
};
