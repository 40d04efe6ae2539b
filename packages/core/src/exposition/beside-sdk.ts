import type { OtelResourceMetrics } from '../otel/data.ts';
import { SCOPE } from '../otel/scope.ts';
import type { AnyInstrument } from '../store/index.ts';
import { kindOf, type WarnOnce } from './sdk-families.ts';
import { metricName } from './sdk-names.ts';

/**
 * The instruments to be exposed beside what the SDK collected. One that measures what the conventions name gives way, as a whole, where an
 * instrumentation of the host has measured the same: exposed together they would count everything twice. The host's is the one that was chosen
 * on purpose, and that other exporters of its SDK show too.
 */
export function besideSdk(
  instruments: readonly AnyInstrument[],
  data: OtelResourceMetrics,
  warn: WarnOnce,
): readonly AnyInstrument[] {
  if (!instruments.some(({ descriptor }) => descriptor.convention !== undefined)) return instruments;
  const measured = scopesByName(data);
  return instruments.filter(({ descriptor: { name, convention } }) => {
    const scope = convention === undefined ? undefined : measured.get(name);
    if (scope === undefined) return true;
    warn(
      `gives way ${name}`,
      `${name} is measured by ${scope} too. Its series are exposed, and those of this library are not. Switch one of the two off.`,
    );
    return false;
  });
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
