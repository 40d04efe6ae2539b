import { datasets, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { unit } from '../../../engine/style.ts';
import { HALF, least, most } from './near.ts';

const score = promql`${datasets.score}`;

/** Objectives of the data sets whose suites are shown: where a score is near enough that the line does not flatten it. */
const ofShown = (objective: typeof datasets.scoreObjective) =>
  promql`${objective} and on (dataset, layer) ${least(score)}`;

export const scoreByLayer: PanelSpec = {
  title: 'Quality Score by Layer',
  description:
    'The share of the expectations that hold, of the worst suite in each layer, and of the eight worst suites. Below the red line somebody is woken, below the yellow one somebody is told, by what each data set promises.',
  type: 'timeseries',
  unit: unit.ratio,
  from: 'data',
  max: 1,
  ...HALF,
  queries: [
    { query: promql`min by (layer) (${score})`, legend: '{{layer}}' },
    { query: least(score), legend: '{{dataset}} {{layer}} {{suite}}' },
    {
      query: ofShown(datasets.scoreObjective),
      legend: '{{dataset}} {{layer}} objective',
      color: 'red',
      limit: true,
    },
    {
      query: ofShown(datasets.scoreWarning),
      legend: '{{dataset}} {{layer}} reduced',
      color: 'yellow',
      limit: true,
    },
  ],
};

export const failedExpectations: PanelSpec = {
  title: 'Failed Expectations (7 days)',
  description:
    'The last twenty runs of a suite within 7 days in which expectations failed, the newest first, from the table that keepQualityChecks() writes, in the database that is chosen above. The drop-down of layers holds for it, those of data sets and estates do not.',
  type: 'table',
  unit: unit.count,
  ...HALF,
  queries: [],
  sql: {
    // The columns that reference system 001 has, so that it reads a table of either.
    statement: `SELECT layer, suite_name, failed_expectations, execution_timestamp
FROM data_quality_metrics
WHERE execution_timestamp >= now() - interval '7 days'
  AND failed_expectations > 0
  AND layer ~ '^(\${layer:regex})$'
ORDER BY execution_timestamp DESC
LIMIT 20`,
    empty: 'No expectation has failed within 7 days.',
  },
};

export const expectations: PanelSpec = {
  title: 'Expectations that do not hold',
  description:
    'Expectations that failed in the last check of a suite, of the eight suites with most, by severity. Should be 0; which they are is in the log and in the table beside.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: most(promql`${datasets.failed}`), legend: '{{dataset}} {{layer}} {{suite}} error' },
    { query: most(promql`${datasets.warned}`), legend: '{{dataset}} {{layer}} {{suite}} warn' },
  ],
};

export const lastCheck: PanelSpec = {
  title: 'Last check',
  description:
    'How long ago a suite evaluated something, of the eight for which that is longest, and from when on it is missing, where that is near. On the right axis, suites whose last run evaluated nothing. Should be 0.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: most(promql`${datasets.checkAge}`), legend: '{{dataset}} {{layer}} {{suite}}' },
    {
      query: promql`${datasets.datasetCheckIntervals} * ${datasets.checkLimit.limit} <= on (dataset, layer, suite) 2 * ${most(promql`${datasets.checkAge}`)}`,
      legend: '{{dataset}} {{layer}} {{suite}} missing',
      color: 'yellow',
      limit: true,
    },
    {
      query: most(promql`${datasets.errored}`),
      legend: '{{dataset}} {{layer}} {{suite}} broken',
      color: 'yellow',
      rightAxis: unit.count,
    },
  ],
};
