import { sqlCollectorPolling } from '@sightglass/pipeline/metrics';
import { collectors, grownIn, hours, promql, type Query } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { unit } from '../../../engine/style.ts';
import { alertNamed } from '../../alerts.ts';

const HALF = { width: 12, height: 10 } as const;
const PER_QUERY = '{{collector}} {{query}}';

/** The eight with most, which no plot has more of. */
const most = (query: Query): Query => promql`topk(8, ${query})`;

/** A limit, where it is within twice of what is compared with it: a far one would flatten the others. */
const near = (limit: Query, compared: Query): Query =>
  promql`${limit} <= on (collector, query) 2 * ${most(compared)}`;

const age = promql`${collectors.age}`;

export const ages: PanelSpec = {
  title: 'Age of What Was Read',
  description:
    'How long ago each query last succeeded, of the eight where it is longest: a saw tooth of one interval while all is well. The red line is how old it may become, drawn where it is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: most(age), legend: PER_QUERY },
    {
      query: near(promql`${collectors.ageObjective}`, age),
      legend: `${PER_QUERY} objective`,
      color: 'red',
      limit: true,
    },
  ],
};

const duration = promql`${collectors.meanDuration}`;

export const durations: PanelSpec = {
  title: 'Query Duration',
  description:
    'How long each query took on average in a quarter of an hour, or when it was asked last, of the eight slowest. The red line is its time limit, the yellow one where it is warned of; each is drawn where it is near.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: most(duration), legend: PER_QUERY },
    {
      query: near(promql`${collectors.collectorSlowRatio} * ${collectors.timeout}`, duration),
      legend: `${PER_QUERY} slow`,
      color: 'yellow',
      limit: true,
    },
    {
      query: near(promql`${collectors.timeout}`, duration),
      legend: `${PER_QUERY} limit`,
      color: 'red',
      limit: true,
    },
  ],
};

export const errorsByKind: PanelSpec = {
  title: 'Errors by Kind',
  description:
    'Polls that failed within an hour, by query and kind: no connection, out of time, locked, denied, a query that the database refuses, rows that do not fit. Should be empty.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    {
      query: most(promql`(${grownIn(collectors.errorsTotal, hours(1))} > 0)`),
      legend: `${PER_QUERY} {{error_type}}`,
    },
  ],
};

const short = promql`(${collectors.values} < on (collector, query) ${collectors.valuesExpected})`;

export const found: PanelSpec = {
  title: 'Values Found',
  description:
    'Values that the last successful poll of each query gave, of the eight with most; red where they are fewer than it declares. NULL is no value, and neither is a row that is not there.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: most(promql`${collectors.values}`), legend: PER_QUERY },
    { query: most(short), legend: `${PER_QUERY} too few`, color: 'red' },
  ],
};

export const replicas: PanelSpec = {
  title: 'Replicas That Poll',
  description:
    'How many replicas poll each collector, and how many have it. One of several polls where one is elected; 0 says that all of them stand by. On the right axis, for how long a collector that no process has any more has not polled, and which service had it.',
  type: 'timeseries',
  unit: unit.count,
  width: 24,
  height: 8,
  queries: [
    { query: most(promql`${collectors.polling}`), legend: '{{collector}}' },
    {
      query: most(promql`count by (collector) (${sqlCollectorPolling})`),
      legend: '{{collector}} replicas',
      limit: true,
    },
    {
      query: alertNamed('CollectorGone').expr,
      legend: '{{collector}} of {{job}} gone',
      color: 'red',
      rightAxis: unit.seconds,
    },
  ],
};
