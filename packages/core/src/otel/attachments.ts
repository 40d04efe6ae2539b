import type { MeterProvider } from '@opentelemetry/api';
import type { AnyInstrument, HistogramCell, Store } from '../store/index.ts';

/** Sends one histogram observation on to a provider's instrument. */
export type Forward = (value: number, cell: HistogramCell) => void;

/** What one provider was given: where each histogram's observations go, and how to end it. */
export interface Attachment {
  readonly forwards: ReadonlyMap<AnyInstrument, Forward>;
  readonly detach: () => void;
}

/** The providers that a store is attached to. */
export interface Attachments {
  readonly byProvider: Map<MeterProvider, Attachment>;
  /** Follows the global provider, once somebody asked for that. */
  global: { readonly resolve: () => void; readonly detach: () => void } | undefined;
}

/** On the store itself, so that two copies of this package see each other's attachments and never attach twice. */
const KEY = Symbol.for('@sightglass/core/attachments/1');

export function attachmentsOf(store: Store): Attachments {
  const owner = store as Store & { [KEY]?: Attachments };
  owner[KEY] ??= { byProvider: new Map(), global: undefined };
  return owner[KEY];
}

/** Points a histogram at every provider that is attached now; at none, recording costs nothing more. */
export function aimForward(store: Store, histogram: AnyInstrument): void {
  const forwards = [...attachmentsOf(store).byProvider.values()].flatMap(
    (attachment) => attachment.forwards.get(histogram) ?? [],
  );
  histogram.series.context.forward =
    forwards.length < 2
      ? forwards[0]
      : (value, cell) => {
          for (const forward of forwards) forward(value, cell);
        };
}
