import { declaredMetrics } from '@sightglass/rules';
import { expect, test } from 'vitest';

/**
 * The bounds of each histogram, by hand once more. They are part of what is promised: a quantile over two versions of a service is wrong when they differ, and one that is promised must
 * lie between bounds that are near. What a declaration promises is one more bound of its own series.
 */
const BOUNDS: { readonly [name: string]: string } = {
  dag_recovery_seconds: '60 300 900 3600 7200 14400 43200 86400 604800',
  dag_run_duration_seconds: '1 5 15 60 300 900 1800 3600 7200 14400 28800 86400',
  dag_start_lateness_seconds: '1 5 60 300 3600',
  dag_task_duration_seconds: '1 10 60 300 900 3600 7200',
  dag_task_queue_delay_seconds: '1 5 30 60 300 1800',
  db_client_operation_duration_seconds: '0.001 0.005 0.01 0.05 0.1 0.5 1 5 10',
  http_client_request_duration_seconds: '0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10',
  http_server_request_duration_seconds: '0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10',
  job_run_duration_seconds: '0.05 0.1 0.2 0.5 1 2 5 10 30 60 120 300 600 1800 3600 7200 21600',
  job_start_lateness_seconds: '1 5 60 300 3600',
  offload_cycle_duration_seconds: '5 10 15 30 60 120 300 600 900',
  offload_duration_seconds: '1 5 10 30 60 120 300 600',
  offload_rows_per_second: '100 1000 2500 5000 10000 25000 50000 100000 250000 1000000',
  pipeline_execution_duration_seconds: '1 5 15 60 300 900 1800 3600 7200 14400',
  queue_batch_size: '1 5 10 25 50 100 250 500 1000 5000',
  queue_processing_duration_seconds: '0.001 0.01 0.05 0.1 0.5 1 5 10 30 60 300 600',
  queue_wait_duration_seconds: '0.1 0.5 1 5 10 30 60 300 900 3600',
  sql_collector_query_duration_seconds: '0.005 0.01 0.05 0.1 0.5 1 5 10 30 60',
  sync_source_request_duration_seconds: '0.05 0.1 0.25 0.5 1 2.5 5 10 30 60',
  v8js_gc_duration_seconds: '0.001 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1',
};

test('every histogram has the bounds that it had', () => {
  const histograms = declaredMetrics.filter(({ kind }) => kind === 'histogram');
  expect(Object.fromEntries(histograms.map(({ name, buckets = [] }) => [name, buckets.join(' ')]))).toEqual(
    BOUNDS,
  );
});
