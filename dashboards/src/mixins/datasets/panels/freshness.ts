import { datasetUpdateInterval } from '@sightglass/pipeline/metrics';
import { datasets, hours, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { unit } from '../../../engine/style.ts';
import { HALF, most, near } from './near.ts';

const age = promql`${datasets.age}`;

export const freshness: PanelSpec = {
  title: 'Freshness',
  description:
    'How old the newest record is, of the eight oldest data sets; it grows on while the process or its database is away. The red line is from when on a data set is stale, the yellow one from when on it is late, by what each promises; each is drawn where it is near. Besides, for how long no process has had a data set, with the service that had it, and for how long nobody could read it.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: most(age), legend: '{{dataset}} {{layer}}' },
    {
      query: near(promql`${datasets.freshness.limit}`, age),
      legend: '{{dataset}} {{layer}} stale',
      color: 'red',
      limit: true,
    },
    {
      query: near(promql`${datasets.freshnessWarning}`, age),
      legend: '{{dataset}} {{layer}} late',
      color: 'yellow',
      limit: true,
    },
    {
      query: most(
        promql`(time() - ${datasets.dataset.seen} > 60) * on (dataset, layer) group_left (job) ${datasets.exportedBy}`,
      ),
      legend: '{{dataset}} {{layer}} not seen since {{job}} had it',
    },
    { query: most(promql`${datasets.unreadFor} > 0`), legend: '{{dataset}} {{layer}} not read' },
  ],
};

export const updates: PanelSpec = {
  title: 'Updates in an hour',
  description:
    'How often a newer record was seen within the hour before, of the eight data sets that are updated most, and how often one should be, by the interval that is declared. A data set that is updated and old all the same gets late data.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    {
      query: most(promql`changes(${datasets.newestRecord}[${hours(1)}])`),
      legend: '{{dataset}} {{layer}}',
    },
    {
      query: promql`topk(8, 3600 / (max by (dataset, layer) (${datasetUpdateInterval} <= 3600) > 0))`,
      legend: '{{dataset}} {{layer}} promised',
      limit: true,
    },
  ],
};
