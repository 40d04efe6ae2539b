import type { WarnOnce } from '../base/index.ts';
import {
  DATA_POINT,
  type OtelMetric,
  type OtelResourceMetrics,
  type OtelScopeMetrics,
  SCOPE,
  TEMPORALITY,
} from '../otel/data.ts';
import { type FamilyHead, seriesNames } from './family.ts';
import { metricName, type SdkKind } from './sdk-names.ts';

/** The metrics of one instrumentation scope within a family. */
export interface SdkPart {
  readonly scope: OtelScopeMetrics['scope'];
  readonly metric: OtelMetric;
}

/** What the SDK collected under one Prometheus name, whichever scopes it came from. */
export interface SdkFamily {
  readonly head: FamilyHead;
  readonly parts: SdkPart[];
}

/**
 * Sorts what the SDK collected into families. `owners` holds the families that exist already, by each of their series' names, and is
 * added to. What Prometheus can't take (deltas, exponential histograms, a second type for a name) is left out with one warning.
 */
export function sdkFamilies(
  data: OtelResourceMetrics,
  owners: Map<string, FamilyHead>,
  warn: WarnOnce,
): Map<string, SdkFamily> {
  const families = new Map<string, SdkFamily>();
  for (const { scope, metrics } of data.scopeMetrics) {
    for (const metric of metrics) {
      const { name: given, description, unit } = metric.descriptor;
      const kind = kindOf(metric);
      if (kind === undefined) {
        warn(
          `dropped ${given}`,
          `The metric ${given} of ${scope.name} is not exposed: Prometheus text has no deltas and no exponential histograms.`,
        );
        continue;
      }
      const head: FamilyHead = {
        name: metricName(given, unit, kind),
        kind,
        help: description,
        unit: unit === '1' && kind === 'gauge' ? 'ratio' : unit,
      };
      const owner = seriesNames(head)
        .map((name) => owners.get(name))
        .find((known) => known !== undefined);
      if (owner !== undefined && (owner.name !== head.name || owner.kind !== kind)) {
        warn(
          `type ${given}`,
          `The metric ${given} of ${scope.name} is not exposed: its ${kind} ${head.name} clashes with the ${owner.kind} ${owner.name}.`,
        );
        continue;
      }
      if (owner === undefined) for (const name of seriesNames(head)) owners.set(name, head);
      else if (owner.help !== description)
        warn(`help ${head.name}`, `The metric ${head.name} has several descriptions; the first is exposed.`);
      const family = families.get(head.name) ?? { head: owner ?? head, parts: [] };
      family.parts.push({ scope, metric });
      families.set(head.name, family);
    }
  }
  return families;
}

/** What a metric is to Prometheus; undefined when it can't be shown. */
export function kindOf(metric: OtelMetric): SdkKind | undefined {
  switch (metric.dataPointType) {
    case DATA_POINT.GAUGE:
      return 'gauge';
    case DATA_POINT.SUM:
      if (metric.aggregationTemporality !== TEMPORALITY.CUMULATIVE) return undefined;
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DATA_POINT.HISTOGRAM:
      return metric.aggregationTemporality === TEMPORALITY.CUMULATIVE ? 'histogram' : undefined;
    default:
      return undefined;
  }
}

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
