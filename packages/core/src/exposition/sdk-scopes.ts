import type { OtelResourceMetrics } from '../otel/data.ts';
import { SCOPE } from '../otel/scope.ts';
import { kindOf } from './sdk-families.ts';
import { metricName } from './sdk-names.ts';

/** Which scope other than ours has values in what the SDK collected, by Prometheus name. */
export function scopesInData(data: OtelResourceMetrics): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const { scope, metrics } of data.scopeMetrics) {
    if (scope.name === SCOPE.name) continue;
    for (const metric of metrics) {
      const kind = kindOf(metric);
      if (kind === undefined || metric.dataPoints.length === 0) continue;
      scopes.set(metricName(metric.descriptor.name, metric.descriptor.unit, kind), scope.name);
    }
  }
  return scopes;
}
