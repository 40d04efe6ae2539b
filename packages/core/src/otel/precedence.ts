import { warnOnce } from '../base/index.ts';
import type { Described } from '../catalog/index.ts';

const warn = warnOnce();

/**
 * The metrics of this library without those that an instrumentation of the host measures too: exported together they would count everything twice.
 * The host's takes precedence, as a whole, because it was chosen on purpose, and other exporters of its SDK show it too. Says once which they are.
 *
 * Only a metric that OpenTelemetry's conventions name can be measured twice. `scopesByName` tells which instrumentation measures what, by the name
 * of the convention or of the metric; it is asked only where there is such a metric.
 */
export function withoutDuplicates<T extends Described>(
  metrics: readonly T[],
  scopesByName: () => ReadonlyMap<string, string>,
): readonly T[] {
  if (!metrics.some(({ descriptor }) => descriptor.convention !== undefined)) return metrics;
  const scopes = scopesByName();
  const duplicates = new Map<T, string>();
  for (const metric of metrics) {
    const { name, convention } = metric.descriptor;
    const scope = convention === undefined ? undefined : (scopes.get(convention) ?? scopes.get(name));
    if (scope !== undefined) duplicates.set(metric, `${name} (by ${scope})`);
  }
  if (duplicates.size === 0) return metrics;
  const list = [...duplicates.values()].join(', ');
  warn(
    list,
    `These are measured by instrumentations of OpenTelemetry too; what those measure is exported, and what this library measures is not: ${list}. Switch one of the two off.`,
  );
  return metrics.filter((metric) => !duplicates.has(metric));
}
