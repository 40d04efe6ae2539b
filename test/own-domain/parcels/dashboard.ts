import { type DashboardMixin, rateInterval, unit, withoutTargets } from '@sightglass/dashboards';
import { alertsOf, promql } from '@sightglass/rules';
import { parcelsCapacity, parcelsSent, parcelsWaiting } from './metrics.ts';
import { capacity, lostInAnHour, lostParcels, parcels } from './rules.ts';

const uid = 'parcels';

/** What the dashboards show of parcels. */
export const parcelsDashboards: DashboardMixin = {
  name: 'parcels',
  alerts: alertsOf([parcels]).filter(({ component }) => component === 'parcels'),
  dashboards: [
    {
      uid,
      title: 'Parcels',
      description: 'Parcels on their way through depots.',
      tags: ['parcels'],
      minInterval: '1m',
      variables: [{ label: 'depot', title: 'Depot', of: parcelsCapacity }],
      annotations: [],
      firing: { labels: ['depot'] },
      related: ['sightglass-telemetry'],
      panels: [
        {
          title: 'Sent',
          description: 'Parcels per minute by what became of them, and those that were lost within an hour.',
          type: 'timeseries',
          unit: unit.perMinute,
          width: 12,
          height: 9,
          queries: [
            {
              query: promql`60 * sum by (depot, outcome) (rate(${parcelsSent}[${rateInterval}]))`,
              legend: '{{depot}} {{outcome}}',
            },
            {
              query: promql`${lostInAnHour}`,
              legend: '{{depot}} lost in an hour',
              color: 'red',
              rightAxis: unit.count,
              line: lostParcels,
            },
          ],
        },
        {
          title: 'Waiting',
          description: 'Parcels that wait, and the room that there is.',
          type: 'timeseries',
          unit: unit.count,
          width: 12,
          height: 9,
          queries: [
            { query: promql`max by (depot) (${parcelsWaiting})`, legend: '{{depot}}' },
            { query: promql`${capacity}`, legend: '{{depot}} room', limit: true },
          ],
        },
      ],
    },
  ],
  exclusions: withoutTargets(uid, 'Parcels are told of by depot, whichever process counts them.'),
};
