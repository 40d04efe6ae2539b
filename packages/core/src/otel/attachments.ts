import type { MeterProvider } from '@opentelemetry/api';
import { sharedInProcess } from '../base/index.ts';
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

/** What a store is attached to. Copies of this package that share the store see each other's attachments, so none is made twice. */
export function attachmentsOf(store: Store): Attachments {
  const byStore = sharedInProcess('attachments', () => new WeakMap<Store, Attachments>());
  const known = byStore.get(store) ?? { byProvider: new Map(), global: undefined };
  byStore.set(store, known);
  return known;
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
