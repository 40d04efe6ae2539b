import type { MeterProvider } from '@opentelemetry/api';
import { SCOPE } from './data.ts';

/** A metric of the SDK, as far as it must be known. */
interface Storage {
  /** `kind` is 0 for the aggregation that drops everything. */
  readonly _deltaMetricStorage?: { readonly _aggregator?: { readonly kind?: number } };
}

type StoragesByName = ReadonlyMap<string, readonly Storage[]>;

/**
 * Where the SDK keeps its instruments, and what its readers were given. Private to it, the same in 2.x and 3.x; a test holds it for each.
 * The API has no way to ask; for a provider that keeps these elsewhere, the answers here are empty.
 */
interface SdkInternals {
  readonly _sharedState?: {
    readonly metricCollectors?: readonly {
      readonly _metricReader?: { readonly _metricProducers?: readonly unknown[] };
    }[];
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

/** The scopes other than ours by the names of their instruments, without those that a view drops. */
export function scopesInProvider(provider: MeterProvider): ReadonlyMap<string, string> {
  try {
    return scopesIn(provider);
  } catch {
    // It keeps something else there.
    return new Map();
  }
}

function scopesIn(provider: MeterProvider): ReadonlyMap<string, string> {
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

/** The producers that the readers of a provider have. They are fixed when it is made. */
export function producersIn(provider: MeterProvider): readonly unknown[] {
  try {
    const collectors = (provider as MeterProvider & SdkInternals)._sharedState?.metricCollectors;
    if (!Array.isArray(collectors)) return [];
    return collectors.flatMap((collector) => collector?._metricReader?._metricProducers ?? []);
  } catch {
    return [];
  }
}
