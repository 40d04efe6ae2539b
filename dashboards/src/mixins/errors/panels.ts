import { errors, http, promql, raw } from '@sightglass/rules';
import type { NumberSpec, PanelSpec } from '../../engine/spec.ts';
import { byState } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { alertNamed } from '../alerts.ts';

const HALF = { width: 12, height: 9 } as const;
const { errorRate } = errors;

/** Of which there is none while nothing fails. */
const perMinute = promql`(60 * sum (${errorRate}) or 0 * group (${http.requestsTotal}))`;
const failing = alertNamed('HttpErrorRatioCritical').expr;

export const errorNumbers: readonly NumberSpec[] = [
  {
    title: 'Errors Now',
    description: 'Errors per minute of all chosen services, over 5 minutes.',
    unit: unit.perMinute,
    queries: [
      {
        ...byState([
          { name: 'none', color: 'green', query: promql`${perMinute} == 0` },
          { name: 'some', color: 'yellow', query: promql`${perMinute} > 0` },
        ]),
        legend: '',
      },
    ],
  },
];

/** 000-P9. */
export const byService: PanelSpec = {
  title: 'Error Rate by Service',
  description:
    'Errors per minute of the eight services with most, over 5 minutes: of requests, runs, batches, syncs, queries of collectors and database operations, whatever counts them.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [{ query: promql`topk(8, 60 * sum by (job) (${errorRate}))`, legend: '{{job}}' }],
};

/** 000-P9 as a share, where there is something to be a share of. */
export const shareByService: PanelSpec = {
  title: 'Failed Requests by Service',
  description:
    'The share of requests that failed on our side, of the route of each service where it is largest, over the shortest of 5 minutes, 15 minutes and an hour that holds ten requests; red and "failing" where somebody is paged.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  queries: [
    {
      ...byState([
        {
          name: 'ok',
          color: 'green',
          query: promql`max by (job) (${http.failedShare}) unless on (job) (${failing})`,
        },
        { name: 'failing', color: 'red', query: promql`max by (job) (${failing})` },
      ]),
      legend: '{{job}}',
    },
  ],
};

/** A sample each minute, of errors per second. */
const inRange = promql`60 * sum by (job, error_type) (sum_over_time(${errorRate}[${raw('$__range')}:${raw('1m')}]))`;

/** 000-P10. */
export const byType: PanelSpec = {
  title: 'Error Types',
  description:
    'A row for each of the thirty most frequent kinds of errors of services: how often it happened in the time that is shown, and how often per minute in the last 5 minutes. Of requests, the kind is the status. The very first error of a kind that was not declared is seen from the second on.',
  type: 'table',
  unit: unit.count,
  width: 24,
  height: 9,
  by: ['job', 'error_type'],
  queries: [
    { query: promql`topk(30, ${inRange})`, legend: 'Errors' },
    { query: promql`60 * ${errorRate}`, legend: 'Now', unit: unit.perMinute },
  ],
};

/** 000-P11: what a metric can say of it. Which error it was, with its text and its trace, is in the log (TR-94). */
export const recent: PanelSpec = {
  title: 'Recent Errors',
  description:
    'When errors happened, by kind, of the eight kinds with most: what a metric knows of recent errors. What each of them said is in the log of the service: look there for the time of a peak and its kind, which is error_type in the fields of the line.',
  type: 'bars',
  unit: unit.perMinute,
  ...HALF,
  queries: [{ query: promql`topk(8, 60 * sum by (error_type) (${errorRate}))`, legend: '{{error_type}}' }],
};

/** 000-P12. */
export const trend: PanelSpec = {
  title: 'Error Trend',
  description:
    'Errors per minute of all chosen services, and dashed what it was at the same time the day before and the week before.',
  type: 'timeseries',
  unit: unit.perMinute,
  ...HALF,
  queries: [
    { query: promql`60 * sum (${errorRate})`, legend: 'now' },
    {
      query: promql`60 * sum (${errorRate} offset ${raw('1d')})`,
      legend: 'a day before',
      limit: true,
      color: 'blue',
    },
    {
      query: promql`60 * sum (${errorRate} offset ${raw('7d')})`,
      legend: 'a week before',
      limit: true,
      color: 'yellow',
    },
  ],
};
