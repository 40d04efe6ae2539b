import { datasetLateRows, datasetLoadedRows } from '@sightglass/pipeline/metrics';
import { datasets, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { unit } from '../../../engine/style.ts';
import { rateInterval } from '../../../engine/window.ts';
import { HALF, least, most, near } from './near.ts';

const share = promql`${datasets.completeness}`;
const shown = least(share);

export const completeness: PanelSpec = {
  title: 'Completeness',
  description:
    'The share of the expected records that was found, of the eight data sets with least. Below the red line somebody is woken, below the yellow one somebody is told, by what each promises.',
  type: 'timeseries',
  unit: unit.ratio,
  from: 'data',
  max: 1,
  ...HALF,
  queries: [
    { query: shown, legend: '{{dataset}} {{layer}}' },
    {
      query: promql`${datasets.datasetIncompleteRatio} * ${datasets.completenessObjective} and on (dataset, layer) ${shown}`,
      legend: '{{dataset}} {{layer}} incomplete',
      color: 'red',
      limit: true,
    },
    {
      query: promql`${datasets.completenessObjective} and on (dataset, layer) ${shown}`,
      legend: '{{dataset}} {{layer}} objective',
      color: 'yellow',
      limit: true,
    },
  ],
};

export const missing: PanelSpec = {
  title: 'Missing records and gaps',
  description:
    'Records that should be there and are not, of the eight data sets with most; on the right axis, in how many places data is missing, such as hours or days. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: most(promql`${datasets.missingRecords}`), legend: '{{dataset}} {{layer}}' },
    {
      query: most(promql`${datasets.gaps}`),
      legend: '{{dataset}} {{layer}} gaps',
      rightAxis: unit.count,
    },
  ],
};

const loaded = promql`${datasets.loadRows}`;

export const volume: PanelSpec = {
  title: 'Volume',
  description:
    'Rows that the last load brought, of the eight data sets with most and those whose last load brought nothing, and how many it should bring, where that is near.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: most(loaded), legend: '{{dataset}} {{layer}}' },
    { query: promql`${loaded} == 0`, legend: '{{dataset}} {{layer}} nothing', color: 'yellow' },
    {
      query: near(promql`${datasets.loadMinRows}`, loaded),
      legend: '{{dataset}} {{layer}} at least',
      color: 'yellow',
      limit: true,
    },
    {
      query: near(promql`${datasets.loadMaxRows}`, loaded),
      legend: '{{dataset}} {{layer}} at most',
      color: 'yellow',
      limit: true,
    },
  ],
};

export const rows: PanelSpec = {
  title: 'Rows per minute',
  description:
    'Rows that loads brought per minute, of the eight data sets with most, and those of them that came after the data set had been complete up to their time: late data.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [
    {
      query: most(promql`60 * sum by (dataset, layer) (rate(${datasetLoadedRows}[${rateInterval}]))`),
      legend: '{{dataset}} {{layer}}',
    },
    {
      query: most(promql`60 * sum by (dataset, layer) (rate(${datasetLateRows}[${rateInterval}]) > 0)`),
      legend: '{{dataset}} {{layer}} late',
      color: 'yellow',
    },
  ],
};

export const values: PanelSpec = {
  title: 'Values out of range',
  description:
    'Values of a column that lie outside of its range, when they were last looked at, of the eight columns with most. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [{ query: most(promql`${datasets.valuesOutside}`), legend: '{{dataset}} {{layer}} {{column}}' }],
};

export const schema: PanelSpec = {
  title: 'Schema',
  description:
    'Columns that were added, removed or have another type than is expected, of the eight data sets with most. Should be 0.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [{ query: most(promql`${datasets.schemaDifferences}`), legend: '{{dataset}} {{layer}}' }],
};
