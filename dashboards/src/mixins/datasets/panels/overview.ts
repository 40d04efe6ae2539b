import { datasets, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { HALF, most, near } from './near.ts';

/*
 * What reference system 001 shows of data sets on its overview of pipelines.
 */

const score = promql`${datasets.worstScore}`;

/** 001-P2. */
export const qualityScore: PanelSpec = {
  title: 'Data Quality Score',
  description:
    'The share of the expectations that hold, of the worst suite of each data set: green from the score on that it should have, yellow below it, red below its objective, by what each promises.',
  type: 'gauge',
  unit: unit.ratio,
  width: 6,
  height: 7,
  max: 1,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`${score} unless on (dataset, layer) ${score} < on (dataset, layer) ${datasets.scoreWarning}`,
        },
        {
          name: 'reduced',
          color: 'yellow',
          query: promql`(${score} < on (dataset, layer) ${datasets.scoreWarning}) >= on (dataset, layer) ${datasets.scoreObjective}`,
        },
        {
          name: 'wrong',
          color: 'red',
          query: promql`${score} < on (dataset, layer) ${datasets.scoreObjective}`,
        },
      ]),
      legend: '{{dataset}} {{layer}}',
    },
  ],
};

const age = promql`${datasets.age}`;

/** 001-P3. */
export const pipelineLag: PanelSpec = {
  title: 'Pipeline Lag',
  description:
    'How old the newest record is: of the oldest data set in each layer, and of the eight oldest data sets. The red line is from when on one is stale, the yellow one from when on it is late, by what each promises, where that is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`max by (layer) (${age})`, legend: '{{layer}}' },
    { query: most(age), legend: '{{dataset}} {{layer}}' },
    {
      query: near(promql`${datasets.freshnessObjective}`, age),
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
  ],
};
