import * as coreMetrics from '@sightglass/core/metrics';
import { cacheOperations, httpServerRequestDuration } from '@sightglass/core/metrics';
import { expect, test } from 'vitest';
import { promql, renderQuery } from '../../rules/src/engine/promql/promql.ts';

test('A25: a metric of core stands in an expression as any other does', () => {
  expect(renderQuery(promql`sum(rate(${httpServerRequestDuration}[5m]))`)).toBe(
    'sum(rate(http_server_request_duration_seconds[5m]))',
  );
  expect(renderQuery(promql`${cacheOperations.where({ operation: 'get', result: ['hit', 'miss'] })}`)).toBe(
    'cache_operations_total{operation="get",result=~"hit|miss"}',
  );
});

test('A25: every metric of core is one', () => {
  for (const metric of Object.values(coreMetrics)) {
    expect(renderQuery(promql`${metric}`)).toBe(metric.name);
    expect(metric.descriptor).toBe(metric);
  }
});
