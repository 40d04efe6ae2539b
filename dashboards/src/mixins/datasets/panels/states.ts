import { datasets, promql, type Query } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';

/*
 * Whether anything is wrong with any data set, what exactly, and since when: the first row, a row for each data set, and a band for each.
 */

const BY = ['dataset', 'layer'] as const;

const of = promql`${datasets.enabled}`;

const COLORS = { critical: 'red', warning: 'yellow', info: 'blue', none: 'green' } as const;

/** What a data set is, the worst first, in the words of the rules. */
const states: readonly State[] = datasets.datasetStates.map(({ name, severity, query }) => ({
  name,
  color: COLORS[severity],
  query,
}));

const stateNamed = (...names: readonly string[]): Query =>
  datasets.datasetStates
    .filter(({ name }) => names.includes(name))
    .map(({ query }) => query)
    .reduce((all, query) => promql`${all} or on (dataset, layer) ${query}`);

/** Of data sets that nobody has disabled. */
const whileEnabled = (query: Query): Query =>
  promql`(${query}) and on (dataset, layer) ${datasets.isEnabled}`;

export const datasetNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Stale or empty',
    description:
      'Data sets whose newest record is older than it may be, that have no record, or of which nothing has ever been known. Should be 0.',
    wrong: whileEnabled(stateNamed('stale', 'empty', 'unknown')),
    of,
    state: 'stale',
    color: 'red',
  }),
  howMany({
    title: 'Wrong',
    description: 'Data sets with a suite whose score is below the objective. Should be 0.',
    wrong: whileEnabled(stateNamed('wrong')),
    of,
    state: 'wrong',
    color: 'red',
  }),
  howMany({
    title: 'Incomplete',
    description: 'Data sets of which many records are missing. Should be 0.',
    wrong: whileEnabled(stateNamed('incomplete')),
    of,
    state: 'incomplete',
    color: 'red',
  }),
  howMany({
    title: 'Not checked',
    description:
      'Data sets with a suite that has not run when it should have, or that evaluated nothing. Should be 0.',
    wrong: whileEnabled(stateNamed('unchecked')),
    of,
    state: 'unchecked',
    color: 'yellow',
  }),
];

export const [datasetTable, datasetTimeline] = rowsAndBands({
  noun: 'data set',
  title: 'Data sets',
  by: BY,
  legend: '{{dataset}} {{layer}}',
  states,
  described:
    'how old its newest record is, and as a share of what it may be; how long ago it was last updated; whether it is empty (1); the score of its worst suite; how long ago the suite was checked for which that is longest; the share of the expected records that is there; the rows of its last load; for how long its newest record has not been known, or could not be read; and how many services tell the same of it, where that is more than one.',
  heights: [9, 6],
  columns: [
    { query: promql`${datasets.age}`, legend: 'Age' },
    {
      query: promql`${datasets.age} / on (dataset, layer) (${datasets.freshnessObjective} > 0)`,
      legend: 'Age of promised',
      unit: unit.ratio,
      bar: 0.5,
    },
    { query: promql`time() - ${datasets.lastUpdate}`, legend: 'Last update' },
    { query: promql`${datasets.empty}`, legend: 'Empty', unit: unit.count },
    { query: promql`${datasets.worstScore}`, legend: 'Score', unit: unit.ratio },
    { query: promql`max by (dataset, layer) (${datasets.checkAge})`, legend: 'Last check' },
    { query: promql`${datasets.completeness}`, legend: 'Complete', unit: unit.ratio },
    { query: promql`${datasets.loadRows}`, legend: 'Last load', unit: unit.count },
    { query: promql`${datasets.unknownFor}`, legend: 'Unknown for' },
    { query: promql`${datasets.unreadFor}`, legend: 'Unread for' },
    { query: datasets.tellingServices, legend: 'Services', unit: unit.count },
  ],
});
