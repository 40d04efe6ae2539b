import type { MeterProvider } from '@opentelemetry/api';
import type { MetricDescriptor } from '../catalog/index.ts';
import { tellGivingWay } from './giving-way.ts';
import { SCOPE } from './scope.ts';

/** A metric of the SDK, as far as it must be known. */
interface Storage {
  /** `kind` is 0 for the aggregation that drops everything. */
  readonly _deltaMetricStorage?: { readonly _aggregator?: { readonly kind?: number } };
}

type StoragesByName = ReadonlyMap<string, readonly Storage[]>;

/** Where the SDK keeps its instruments. Private to it, the same in 2.x and 3.x; a test holds it for each. */
interface SdkInternals {
  readonly _sharedState?: {
    readonly meterSharedStates?: ReadonlyMap<
      string,
      {
        readonly _instrumentationScope?: { readonly name?: string };
        readonly metricStorageRegistry?: {
          readonly _sharedRegistry?: StoragesByName;
          readonly _perCollectorRegistry?: ReadonlyMap<unknown, StoragesByName>;
        };
      }
    >;
  };
}

const DROP = 0;

/**
 * What is left to export beside the instruments of a provider: a metric that the conventions name gives way where an instrumentation of the
 * host has an instrument of the same name there. Together they would count everything twice. The API has no way to ask, so this looks inside
 * the SDK; nothing gives way to a provider that keeps its instruments elsewhere.
 */
export function besideOthers<T extends { readonly descriptor: MetricDescriptor }>(
  provider: MeterProvider,
  metrics: readonly T[],
): readonly T[] {
  if (!metrics.some(({ descriptor }) => descriptor.convention !== undefined)) return metrics;
  const others = scopesByInstrument(provider);
  const giveWay = new Map<string, string>();
  for (const { descriptor } of metrics) {
    const { name, convention } = descriptor;
    const scope = convention === undefined ? undefined : (others.get(convention) ?? others.get(name));
    if (scope !== undefined) giveWay.set(name, scope);
  }
  tellGivingWay(giveWay);
  return metrics.filter(({ descriptor }) => !giveWay.has(descriptor.name));
}

/** The scopes other than ours by the names of their instruments, without those that a view drops. */
function scopesByInstrument(provider: MeterProvider): Map<string, string> {
  const scopes = new Map<string, string>();
  const meters = (provider as MeterProvider & SdkInternals)._sharedState?.meterSharedStates;
  for (const { _instrumentationScope: scope, metricStorageRegistry: registry } of meters?.values() ?? []) {
    if (scope?.name === undefined || scope.name === SCOPE.name) continue;
    const all = [registry?._sharedRegistry, ...(registry?._perCollectorRegistry?.values() ?? [])];
    for (const [name, storages] of all.flatMap((byName) => [...(byName ?? [])])) {
      const kept = storages.some((storage) => storage._deltaMetricStorage?._aggregator?.kind !== DROP);
      if (kept) scopes.set(name, scope.name);
    }
  }
  return scopes;
}
