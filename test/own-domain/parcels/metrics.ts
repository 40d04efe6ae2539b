import { counter, gauge } from '@sightglass/core';
import { metricsWith, neverThrows } from '@sightglass/core/authors';

/** What a depot is: parcels wait in it, and leave it to their receiver or to nobody knows where. */

export const parcelsSent = counter('parcels_sent_total', {
  help: 'Parcels that have left a depot, by what became of them.',
  labels: { depot: String, outcome: ['delivered', 'lost'] },
  unit: '{parcel}',
});

export const parcelsWaiting = gauge('parcels_waiting', {
  help: 'Parcels that wait in a depot now.',
  labels: ['depot'],
  unit: '{parcel}',
});

export const parcelsCapacity = gauge('parcels_capacity', {
  help: 'Parcels that a depot has room for.',
  labels: ['depot'],
  unit: '{parcel}',
});

const ofDepot = metricsWith({ parcelsSent, parcelsWaiting, parcelsCapacity }, 'depot');

/** Declares a depot: its counters are there at zero, and its room is exported. */
export function declareDepot(depot: string, capacity: number): void {
  ofDepot.initSeries({ depot });
  parcelsCapacity.set(capacity, { depot });
  parcelsWaiting.set(0, { depot });
}

/** What {@link recordParcel} takes. */
export interface Parcel {
  readonly depot: string;
  readonly outcome: 'delivered' | 'lost';
}

/** Records what became of a parcel. Never throws. */
export const recordParcel = neverThrows(parcelsSent, ({ depot, outcome }: Parcel): void => {
  parcelsSent.add(1, { depot, outcome });
});

/** Says how many parcels wait in a depot. Never throws. */
export const setWaiting = (depot: string, parcels: number): void => parcelsWaiting.set(parcels, { depot });
