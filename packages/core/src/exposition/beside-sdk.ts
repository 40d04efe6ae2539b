import type { OtelResourceMetrics } from '../otel/data.ts';
import { tellGivingWay } from '../otel/giving-way.ts';
import { SCOPE } from '../otel/scope.ts';
import type { AnyInstrument } from '../store/index.ts';
import { kindOf } from './sdk-families.ts';
import { metricName } from './sdk-names.ts';

/**
 * The instruments to be exposed beside what the SDK collected. One that measures what the conventions name gives way, as a whole, where an
 * instrumentation of the host has measured the same: exposed together they would count everything twice. The host's is the one that was chosen
 * on purpose, and that other exporters of its SDK show too.
 */
export function besideSdk(
  instruments: readonly AnyInstrument[],
  data: OtelResourceMetrics,
): readonly AnyInstrument[] {
  if (!instruments.some(({ descriptor }) => descriptor.convention !== undefined)) return instruments;
  const measured = scopesByName(data);
  const giveWay = new Map<string, string>();
  for (const { descriptor } of instruments) {
    const scope = descriptor.convention === undefined ? undefined : measured.get(descriptor.name);
    if (scope !== undefined) giveWay.set(descriptor.name, scope);
  }
  tellGivingWay(giveWay);
  return instruments.filter(({ descriptor }) => !giveWay.has(descriptor.name));
}

/** Which other scope has values under a Prometheus name. */
function scopesByName(data: OtelResourceMetrics): Map<string, string> {
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
