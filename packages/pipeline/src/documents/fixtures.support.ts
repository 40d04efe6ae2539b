/* Documents as their tools document them, written for these tests; the sources of each shape are named at its reader. */

const DBT = 'https://schemas.getdbt.com/dbt';

const source = (table: string, rest: object) => ({
  unique_id: `source.shop.shop.${table}`,
  snapshotted_at: '2026-11-30T06:00:00Z',
  execution_time: 0.2,
  timing: [],
  adapter_response: {},
  ...rest,
});
const criteria = {
  warn_after: { count: 6, period: 'hour' },
  error_after: { count: 12, period: 'hour' },
  filter: null,
};

export const dbtSources = {
  metadata: {
    dbt_schema_version: `${DBT}/sources/v3.json`,
    dbt_version: '1.10.3',
    generated_at: '2026-11-30T06:00:05Z',
  },
  elapsed_time: 1.4,
  results: [
    source('orders', {
      max_loaded_at: '2026-11-30T05:00:00+00:00',
      max_loaded_at_time_ago_in_s: 3_600,
      criteria,
      status: 'pass',
    }),
    source('customers', {
      max_loaded_at: '2026-11-29T22:00:00Z',
      max_loaded_at_time_ago_in_s: 28_800,
      criteria,
      status: 'warn',
    }),
    source('prices', {
      max_loaded_at: '2026-11-28T06:00:00Z',
      max_loaded_at_time_ago_in_s: 172_800,
      criteria,
      status: 'error',
    }),
    { unique_id: 'source.shop.shop.broken', error: 'relation does not exist', status: 'runtime error' },
  ],
};

export const dbtFreshness = {
  metadata: {
    dbt_schema_version: `${DBT}/freshness/v0.json`,
    dbt_version: '2.0.5',
    generated_at: '2026-11-30T07:00:05Z',
  },
  results: [
    {
      ...source('orders', {
        max_loaded_at: '2026-11-30T05:00:00Z',
        max_loaded_at_time_ago_in_s: 7_200,
        criteria,
        status: 'Pass',
      }),
      resource_type: 'source',
      snapshotted_at: '2026-11-30T07:00:00Z',
    },
    {
      unique_id: 'model.shop.daily_revenue',
      resource_type: 'model',
      max_loaded_at: '2026-11-27T05:00:00Z',
      snapshotted_at: '2026-11-30T07:00:00Z',
      max_loaded_at_time_ago_in_s: 266_400,
      status: 'Error',
      criteria,
    },
  ],
};

const dbtTest = (name: string, status: string, failures: number | null) => ({
  unique_id: `test.shop.${name}.0a1b2c3d4e`,
  status,
  failures,
  message:
    failures === null
      ? 'no such column'
      : failures === 0
        ? null
        : `Got ${failures} results, configured to fail if != 0`,
  execution_time: 0.1,
  thread_id: 'Thread-1',
  timing: [],
  adapter_response: {},
});

export const dbtRunResults = {
  metadata: {
    dbt_schema_version: `${DBT}/run-results/v6.json`,
    dbt_version: '1.10.3',
    generated_at: '2026-11-30T06:10:00Z',
  },
  elapsed_time: 9.1,
  args: { which: 'build' },
  results: [
    {
      unique_id: 'model.shop.orders',
      status: 'success',
      message: 'SELECT 1204',
      failures: null,
      adapter_response: { code: 'SELECT', rows_affected: 1_204 },
    },
    {
      unique_id: 'model.shop.order_view',
      status: 'success',
      message: 'CREATE VIEW',
      failures: null,
      adapter_response: { code: 'CREATE VIEW', rows_affected: 0 },
    },
    dbtTest('not_null_orders_id', 'pass', 0),
    dbtTest('unique_orders_id', 'fail', 12),
    dbtTest('accepted_values_orders_status', 'warn', 2),
    dbtTest('not_null_customers_id', 'error', null),
  ],
};

export const dbtRunResultsLater = {
  ...dbtRunResults,
  metadata: { ...dbtRunResults.metadata, generated_at: '2026-11-30T07:10:00Z' },
  results: [
    {
      unique_id: 'model.shop.orders',
      status: 'success',
      adapter_response: { code: 'INSERT', rows_affected: 1_300 },
    },
    ...dbtRunResults.results.slice(2),
  ],
};

export const dbtManifest = {
  nodes: {
    'test.shop.not_null_orders_id.0a1b2c3d4e': { attached_node: 'model.shop.orders' },
    'test.shop.unique_orders_id.0a1b2c3d4e': { attached_node: 'model.shop.orders' },
    'test.shop.accepted_values_orders_status.0a1b2c3d4e': { depends_on: { nodes: ['model.shop.orders'] } },
    'test.shop.not_null_customers_id.0a1b2c3d4e': { attached_node: 'model.shop.customers' },
  },
};

const expectation = (type: string, success: boolean, rest: object = {}) => ({
  success,
  expectation_config: { type, kwargs: { column: 'pm25' }, meta: {}, severity: 'critical', ...rest },
  result: { element_count: 100, unexpected_count: success ? 0 : 17 },
  exception_info: { raised_exception: false, exception_message: null, exception_traceback: null },
  meta: {},
});

export const greatExpectations = {
  success: false,
  suite_name: 'gold_suite',
  suite_parameters: {},
  statistics: {
    evaluated_expectations: 4,
    successful_expectations: 2,
    unsuccessful_expectations: 2,
    success_percent: 50,
  },
  results: [
    expectation('expect_column_to_exist', true),
    expectation('expect_column_values_to_not_be_null', false),
    expectation('expect_column_values_to_be_between', false, { severity: 'warning' }),
    expectation('expect_column_values_to_be_unique', true),
  ],
  meta: {
    great_expectations_version: '1.23.2',
    active_batch_definition: {
      datasource_name: 'warehouse',
      data_connector_name: 'fluent',
      data_asset_name: 'measurements',
      batch_identifiers: {},
    },
    run_id: { run_name: 'nightly', run_time: '2026-11-30T06:00:00.000000+00:00' },
  },
  id: null,
};

export const greatExpectationsCheckpoint = {
  success: false,
  run_id: { run_name: 'old', run_time: '2026-11-30T06:00:00+00:00' },
  run_results: {
    'ValidationResultIdentifier::taxi': {
      validation_result: {
        success: false,
        statistics: {
          evaluated_expectations: 65,
          successful_expectations: 50,
          unsuccessful_expectations: 15,
          success_percent: 76.9,
        },
        results: [],
        meta: {
          expectation_suite_name: 'taxi_suite',
          batch_spec: { data_asset_name: 'taxi.csv' },
          validation_time: '20261130T060008.978055Z',
        },
      },
    },
    'ValidationResultIdentifier::zones': {
      success: true,
      suite_name: 'zones',
      statistics: {
        evaluated_expectations: 2,
        successful_expectations: 2,
        unsuccessful_expectations: 0,
        success_percent: 100,
      },
      results: [expectation('expect_column_to_exist', true), expectation('expect_column_to_exist', true)],
      meta: { active_batch_definition: { data_asset_name: 'zones.csv' } },
    },
  },
};

const check = (table: string, name: string, outcome: string | null) => ({
  identity: `${table}-${name}`,
  name,
  type: 'generic',
  definition: `checks for ${table}:\n  - ${name}`,
  resourceAttributes: [],
  location: { filePath: 'checks.yml', line: 2, col: 5 },
  dataSource: 'warehouse',
  table,
  filter: null,
  column: null,
  metrics: [],
  outcome,
  outcomeReasons: [],
  archetype: null,
});

export const soda = {
  definitionName: 'nightly',
  defaultDataSource: 'warehouse',
  dataTimestamp: '2026-11-30T06:00:00+00:00',
  scanStartTimestamp: '2026-11-30T06:00:00+00:00',
  scanEndTimestamp: '2026-11-30T06:00:09+00:00',
  hasErrors: true,
  hasWarnings: true,
  hasFailures: true,
  metrics: [],
  checks: [
    check('orders', 'row_count > 0', 'pass'),
    check('orders', 'missing_count(id) = 0', 'fail'),
    check('orders', 'freshness(created_at) < 1d', 'warn'),
    // As version 4 says it.
    check('prices', 'duplicate_count(id) = 0', 'FAILED'),
    check('stock', 'row_count > 0', null),
    check('stock', 'missing_count(id) = 0', 'NOT_EVALUATED'),
  ],
  logs: [],
};

const event = (rest: object) => ({
  eventType: 'COMPLETE',
  eventTime: '2026-11-30T06:00:00Z',
  producer: 'https://example.com/checks',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: '0192f1a0-0000-7000-8000-000000000000' },
  job: { namespace: 'shop', name: 'check_orders' },
  ...rest,
});

export const openLineage = [
  event({
    inputs: [
      {
        namespace: 'postgres://db:5432',
        name: 'public.orders',
        inputFacets: {
          dataQualityAssertions: {
            assertions: [
              { assertion: 'not_null', success: true, column: 'id' },
              {
                assertion: 'unique',
                success: false,
                column: 'id',
                severity: 'error',
                expected: '0',
                actual: '12',
              },
              { assertion: 'accepted_values', success: false, column: 'status', severity: 'warn' },
            ],
          },
          dataQualityMetrics: {
            rowCount: 1_204,
            bytes: 90_000,
            lastUpdated: '2026-11-30T05:40:00Z',
            columnMetrics: { amount: { nullCount: 0, min: 0.5, max: 940.5 }, id: { distinctCount: 1_204 } },
          },
        },
      },
    ],
    outputs: [],
  }),
  event({
    job: { namespace: 'shop', name: 'revenue' },
    inputs: [],
    outputs: [
      {
        namespace: 'postgres://db:5432',
        name: 'public.daily_revenue',
        outputFacets: { outputStatistics: { rowCount: 31, size: 4_096 } },
      },
    ],
  }),
];
