import { collectors, promql } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec } from '../../../engine/spec.ts';
import type { State } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { rowsAndBands } from '../../../engine/things.ts';
import { alertNamed } from '../../alerts.ts';

/*
 * Whether anything is wrong with any query, what exactly, and since when: the first row, a row for each query, and a band for each.
 */

const BY = ['collector', 'query'] as const;

const of = promql`(${collectors.interval} and on (collector, query) ${collectors.view})`;
const inCollector = (state: ReturnType<typeof promql>) => promql`(${of} and on (collector) ${state})`;

const stopped = promql`(${of} and on (collector) ${collectors.standstill})`;
const gone = inCollector(promql`(${collectors.standstill} and on (collector) ${collectors.collector.gone})`);
const { stale } = collectors;
const failing = promql`((${collectors.success} == 0) and on (collector, query) ${of})`;
const empty = promql`(${collectors.values} < on (collector, query) ${collectors.valuesExpected} and on (collector, query) ${of})`;
const slow = promql`(${collectors.meanDuration} > on (collector, query) ${collectors.collectorSlowRatio} * ${collectors.timeout} and on (collector, query) ${of})`;
const paused = inCollector(collectors.isDisabled);

/** What a query is, the worst first. */
const states: readonly State[] = [
  { name: 'paused', color: 'yellow', query: paused },
  { name: 'gone', color: 'red', query: gone },
  { name: 'stopped', color: 'red', query: stopped },
  { name: 'too old', color: 'red', query: alertNamed('CollectorStale').expr },
  { name: 'failing', color: 'yellow', query: alertNamed('CollectorFailing').expr },
  { name: 'empty', color: 'yellow', query: empty },
  { name: 'slow', color: 'yellow', query: slow },
  { name: 'ok', color: 'green', query: of },
];

export const collectorNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Not polled',
    description: 'Queries that nobody asks any more, though somebody should. Should be 0.',
    wrong: stopped,
    of,
    state: 'stopped',
    color: 'red',
  }),
  howMany({
    title: 'Too old',
    description: 'Queries that are asked, and whose last success is older than it may be. Should be 0.',
    wrong: stale,
    of,
    state: 'too old',
    color: 'red',
  }),
  howMany({
    title: 'Failing',
    description: 'Queries whose last poll failed. Should be 0.',
    wrong: promql`${failing} unless on (collector) ${collectors.isDisabled}`,
    of,
    state: 'failing',
    color: 'yellow',
  }),
  howMany({
    title: 'Empty',
    description: 'Queries that find fewer values than they declare. Should be 0.',
    wrong: promql`${empty} unless on (collector) ${collectors.isDisabled}`,
    of,
    state: 'empty',
    color: 'yellow',
  }),
];

export const [queryTable, queryTimeline] = rowsAndBands({
  noun: 'query',
  title: 'Queries',
  by: BY,
  legend: '{{collector}} {{query}}',
  states,
  described:
    'how old what it read is, and as a share of what it may be; how long ago it was asked; how often it is; how long it takes on average, and as a share of its time limit; how many values it found; for how long its collector has not polled, where that is too long; and how many services have a collector of its name, where that are more than one.',
  heights: [9, 6],
  columns: [
    { query: promql`${collectors.age}`, legend: 'Age' },
    {
      query: promql`${collectors.age} / on (collector, query) (${collectors.ageObjective} > 0)`,
      legend: 'Age of allowed',
      unit: unit.ratio,
      bar: 0.8,
    },
    { query: promql`${collectors.pollAge}`, legend: 'Asked' },
    { query: promql`${of}`, legend: 'Interval' },
    { query: promql`${collectors.meanDuration}`, legend: 'Takes' },
    {
      query: promql`${collectors.meanDuration} / on (collector, query) (${collectors.timeout} > 0)`,
      legend: 'Takes of limit',
      unit: unit.ratio,
      bar: 0.5,
    },
    { query: promql`${collectors.values}`, legend: 'Values', unit: unit.count },
    { query: stopped, legend: 'Not polled', unit: unit.seconds },
    {
      query: promql`${of} * 0 + on (collector) group_left () ${alertNamed('CollectorNameShared').expr}`,
      legend: 'Services',
      unit: unit.count,
    },
  ],
});
