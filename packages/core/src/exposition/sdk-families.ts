import { asError, type WarnOnce } from '../base/index.ts';
import {
  DATA_POINT,
  type OtelMetric,
  type OtelResourceMetrics,
  type OtelScopeMetrics,
  SCOPE,
  TEMPORALITY,
} from '../otel/data.ts';
import type { Families, FamilyHead } from './family.ts';
import { isNameable, metricName, type SdkKind } from './sdk-names.ts';

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
 * Sorts what the SDK collected into families, and adds them to those that exist already. What Prometheus can't take (deltas, exponential histograms, names
 * of which nothing is left, a second type for a name) is left out with one warning, and so is what can't be read.
 */
export function sdkFamilies(
  data: OtelResourceMetrics,
  existing: Families,
  warn: WarnOnce,
): Map<string, SdkFamily> {
  const families = new Map<string, SdkFamily>();
  for (const part of partsOf(data)) {
    try {
      const head = headOf(part.metric);
      if (typeof head === 'string') warn(`dropped ${part.metric.descriptor.name}`, leftOut(part, head));
      else addPart(families, existing, head, part, warn);
    } catch (error) {
      warn(`unreadable ${part.scope.name}`, leftOut(part, `it can't be read: ${asError(error).message}`));
    }
  }
  return families;
}

/** What each scope has; nothing of one that is no scope. */
function* partsOf(data: OtelResourceMetrics): Generator<SdkPart> {
  for (const given of data.scopeMetrics) {
    const scope = given?.scope ?? { name: '' };
    if (Array.isArray(given?.metrics)) for (const metric of given.metrics) yield { scope, metric };
  }
}

function addPart(
  families: Map<string, SdkFamily>,
  existing: Families,
  head: FamilyHead,
  part: SdkPart,
  warn: WarnOnce,
): void {
  const owner = existing.add(head);
  if (owner.name !== head.name || owner.kind !== head.kind) {
    const clash = `its ${head.kind} ${head.name} clashes with the ${owner.kind} ${owner.name}`;
    warn(`type ${part.metric.descriptor.name}`, leftOut(part, clash));
    return;
  }
  if (owner.help !== head.help)
    warn(`help ${head.name}`, `The metric ${head.name} has several descriptions; the first is exposed.`);
  const family = families.get(head.name) ?? { head: owner, parts: [] };
  family.parts.push(part);
  families.set(head.name, family);
}

/** What stands above a metric's series, or why it can't be shown. */
function headOf(metric: OtelMetric): FamilyHead | string {
  const kind = kindOf(metric);
  if (kind === undefined) return 'Prometheus text has no deltas and no exponential histograms';
  const { name, description, unit: given } = metric.descriptor;
  if (!isNameable(name, kind)) return 'its name has no character that a Prometheus name can have';
  const unit = String(given ?? '');
  return {
    name: metricName(name, unit, kind),
    kind,
    help: String(description ?? ''),
    unit: unit === '1' && kind === 'gauge' ? 'ratio' : unit,
  };
}

function leftOut({ metric, scope }: SdkPart, why: string): string {
  return `The metric ${metric?.descriptor?.name} of ${scope.name} is not exposed: ${why}.`;
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
  for (const { scope, metric } of partsOf(data)) {
    if (scope.name === SCOPE.name || !(metric?.dataPoints?.length > 0)) continue;
    const kind = kindOf(metric);
    const { name, unit } = metric.descriptor ?? {};
    if (kind !== undefined && typeof name === 'string')
      scopes.set(metricName(name, String(unit ?? ''), kind), scope.name);
  }
  return scopes;
}
