import {
  type AlertOptions,
  counting,
  days,
  defineMixin,
  grownIn,
  hours,
  minutes,
  promql,
  type Recording,
  seconds,
  slo,
  thing,
  threshold,
  where,
} from '@sightglass/rules';
import { parcelsCapacity, parcelsSent, parcelsWaiting } from './metrics.ts';

const clockTolerance = threshold(
  'parcels_clock_tolerance_seconds',
  minutes(5),
  'What protocols that compare clocks allow.',
);
export const lostParcels = threshold(
  'parcels_lost',
  3,
  'One may have been mislaid; three in an hour are no accident.',
);
const fullRatio = threshold('parcels_full_ratio', 0.9, 'There is still room for the next lorry.');

/** Depots. One that no process has is remembered for a day. */
const depot = thing({
  labels: ['depot'],
  noun: 'parcel_depot',
  declared: parcelsCapacity,
  keptFor: days(1),
  clockTolerance,
});
const counts = counting('parcels');
const sent = counts.total(parcelsSent, { labels: ['depot', 'outcome'], known: depot.known });
/** The room of each depot, also of one that nobody exports now. */
export const capacity = depot.lastKnown(parcelsCapacity);

/** Parcels of each depot that were lost within an hour. */
export const lostInAnHour: Recording = {
  record: 'depot:parcels_lost:increase_hour',
  labels: ['depot'],
  expr: promql`sum by (depot) (${grownIn(where(sent.series, { outcome: 'lost' }), hours(1))})`,
};

const dashboard = (panel: string) => ({ uid: 'parcels', panel });

const alerts: readonly AlertOptions[] = [
  {
    alert: 'ParcelsLost',
    expr: promql`${lostInAnHour} >= ${lostParcels}`,
    for: minutes(2),
    severity: 'critical',
    summary: 'Parcels are being lost.',
    description: 'Depot {{ $labels.depot }} has lost {{ $value | humanize }} parcels within an hour.',
    impact: 'Receivers wait for what will not come.',
    action: 'Stop the belt and look behind it.',
    runbook: 'parcels',
    dashboard: dashboard('Sent'),
  },
  {
    alert: 'ParcelsPileUp',
    expr: promql`max by (depot) (${parcelsWaiting}) > on (depot) ${fullRatio} * ${capacity}`,
    for: minutes(5),
    severity: 'warning',
    summary: 'A depot is nearly full.',
    description: 'In depot {{ $labels.depot }} {{ $value | humanize }} parcels wait.',
    impact: 'The next lorry can not be unloaded.',
    action: 'Send a lorry that is empty.',
    runbook: 'parcels',
    dashboard: dashboard('Waiting'),
  },
];

const delivery = slo({
  name: 'parcel-delivery',
  description: 'Of the parcels of each depot, 99.5 % within any 30 days reach their receiver.',
  owner: 'owner of the depots',
  objective: 0.995,
  windowDays: 30,
  sli: {
    kind: 'ratio',
    by: ['depot'],
    total: parcelsSent,
    bad: parcelsSent.where({ outcome: 'lost' }),
    eventsPerHour: 100,
  },
  rationale: 'One in two hundred is what the insurance pays for.',
  impact: 'Receivers do not get what was sent to them.',
  action: 'Look up the depot, and what has changed in it.',
  runbook: 'parcels',
});

/** Parcels on their way through depots: all that rules, routing, docs and doctor know of them. */
export const parcels = defineMixin({
  name: 'parcels',
  about: 'Parcels on their way through depots.',
  metrics: [{ exportedBy: 'declareDepot()', metrics: [parcelsSent, parcelsWaiting, parcelsCapacity] }],
  identities: [{ labels: ['depot'], declared: parcelsCapacity }],
  groups: () => [
    {
      name: 'sightglass-parcels',
      interval: seconds(30),
      rules: [...depot.register, ...counts.processes, ...sent.recordings, capacity, lostInAnHour, ...alerts],
    },
  ],
  slos: [delivery],
  inhibitions: [{ sources: ['ParcelsLost'], targets: ['ParcelsPileUp'], equal: ['depot'] }],
});
