import { diag, type MeterProvider } from '@opentelemetry/api';
import type { MetricDescriptor } from '../catalog/index.ts';
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
const told = new Set<string>();

/**
 * Tells which metrics give way in the export of a provider: those that the conventions name, where an instrumentation of the host has an
 * instrument of the same name there. Together they would count everything twice. The API has no way to ask, so this looks inside the SDK;
 * nothing gives way to a provider that keeps its instruments elsewhere. Says once for each metric that it gives way.
 */
export function givingWayTo(provider: MeterProvider): (descriptor: MetricDescriptor) => boolean {
  let others: ReadonlyMap<string, string> | undefined;
  return ({ name, convention }) => {
    if (convention === undefined) return false;
    others ??= scopesByInstrument(provider);
    const scope = others.get(convention) ?? others.get(name);
    if (scope === undefined) return false;
    if (!told.has(name)) {
      diag.warn(
        `${name} is measured by ${scope} too, as ${convention}. That is exported, and the series of this library are not. Switch one of the two off.`,
      );
    }
    told.add(name);
    return true;
  };
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
