import {
  offloadCycleDuration,
  offloadCycleDurationObjective,
  offloadDuration,
  offloadErrors,
  offloadRows,
  offloadRowsPerSecond,
  offloadTablesConfigured,
  offloadThroughputObjective,
} from '@sightglass/pipeline/metrics';
import { offload, promql, type Query, thresholds, where } from '@sightglass/rules';
import { howMany } from '../../engine/how-many.ts';
import type { NumberSpec, PanelQuery, PanelSpec } from '../../engine/spec.ts';
import { byState, type State } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { rowsAndBands } from '../../engine/things.ts';
import { quantile, window } from '../../engine/window.ts';
import { alertNamed } from '../alerts.ts';

/** Nothing is wrong with a layer that somebody switched off, however old its data are. */
const switchedOn = promql`and on (layer) ${offload.isEnabled}`;
/** Whatever else holds back its alert, such as an objective that was changed just now: a number is green only when it is so. */
const behind = promql`${offload.lag} > on (layer, table) ${offload.lagObjective} ${switchedOn}`;
const elevated = promql`${offload.lag} > on (layer, table) ${thresholds.lagElevatedRatio} * ${offload.lagObjective} ${switchedOn}`;
const failed = promql`${offload.consecutiveFailures} > 0 ${switchedOn}`;
const successAlert = alertNamed('IcebergOffloadSuccessRateLow').expr;
const cycleObjective = promql`max by (layer) (${offloadCycleDurationObjective})`;

/** A limit of a layer's cycles, where it is within twice of the latest: a far one would flatten the others. */
const near = (limit: Query): Query => promql`${limit} <= on (layer) 2 * ${offload.cycleDuration}`;

const successful = offloadDuration.where({ status: 'success' });

const ended = (status: 'success' | 'partial' | 'failed', color: 'green' | 'yellow' | 'red'): PanelQuery => ({
  query: promql`sum (${where(offload.cyclesInWindow, { status })})`,
  legend: status,
  color,
});

/** Whether anything is wrong with any table. */
export const offloadNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Behind',
    description: 'Tables whose lag is beyond their objective. Should be 0.',
    wrong: behind,
    of: promql`${offload.lag}`,
    state: 'critical',
    color: 'red',
  }),
  howMany({
    title: 'Stuck',
    description: 'Tables whose watermark has not moved for too long. Should be 0.',
    wrong: alertNamed('IcebergOffloadWatermarkStale').expr,
    of: promql`${offload.lag}`,
    state: 'stuck',
    color: 'red',
  }),
  howMany({
    title: 'Low success',
    description: 'Layers of whose recent cycles fewer succeeded than promised. Should be 0.',
    wrong: successAlert,
    of: promql`${offload.successRatio}`,
    state: 'low',
    color: 'red',
  }),
  howMany({
    title: 'Last failed',
    description: 'Tables whose last offload failed. Should be 0.',
    wrong: failed,
    of: promql`${offload.consecutiveFailures}`,
    state: 'failed',
    color: 'yellow',
  }),
];

const TABLE = ['layer', 'table'] as const;

/** What a table is, the worst first. */
const states: readonly State[] = [
  { name: 'gone', color: 'red', query: alertNamed('IcebergOffloadTableGone').expr },
  {
    name: 'down',
    color: 'red',
    query: promql`${offload.lagObjective} and on (layer) (${alertNamed('IcebergOffloadSchedulerDown').expr})`,
  },
  { name: 'critical', color: 'red', query: behind },
  { name: 'stuck', color: 'red', query: alertNamed('IcebergOffloadWatermarkStale').expr },
  { name: 'failing', color: 'red', query: alertNamed('IcebergOffloadConsecutiveFailures').expr },
  { name: 'elevated', color: 'yellow', query: elevated },
  { name: 'failed', color: 'yellow', query: failed },
  {
    name: 'disabled',
    color: 'yellow',
    query: promql`${offload.lagObjective} and on (layer) ${offload.isDisabled}`,
  },
  { name: 'ok', color: 'green', query: promql`${offload.lagObjective}` },
];

const rate = promql`sum by (layer, table) (rate(${offloadRows}[${window}]))`;

/** A row for each table, and a band: what exactly is wrong, and since when. */
export const offloadTables = rowsAndBands({
  noun: 'table',
  title: 'Tables',
  by: TABLE,
  legend: '{{layer}}.{{table}}',
  states,
  described:
    'its lag, and that as a share of what it may be; how long ago its watermark moved; failures in a row; and rows per second of clock time over at least four declared intervals.',
  heights: [8, 6],
  columns: [
    { query: promql`${offload.lag}`, legend: 'Lag' },
    {
      query: promql`${offload.lag} / on (layer, table) (${offload.lagObjective} > 0)`,
      legend: 'Lag of promised',
      unit: unit.ratio,
      bar: 0.66,
    },
    { query: promql`${offload.watermarkAge}`, legend: 'Watermark moved' },
    { query: promql`${offload.consecutiveFailures}`, legend: 'Failures in a row', unit: unit.count },
    { query: rate, legend: 'Rows/s', unit: unit.rowsPerSecond },
  ],
});

const HALF = { width: 12, height: 10 } as const;

/** The nine panels of the reference system, in its order. */
export const offloadPanels: readonly PanelSpec[] = [
  {
    title: 'Offload lag',
    description:
      'How far each table in the cold tier is behind the clock. Yellow from two thirds of the lag objective of its own, red beyond the objective. "stuck" shows how long ago the watermark moved, when that is too long.',
    type: 'gauge',
    unit: unit.seconds,
    ...HALF,
    queries: [
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`${offload.lag} unless on (layer, table) (${elevated}) unless on (layer, table) (${behind})`,
          },
          {
            name: 'elevated',
            color: 'yellow',
            query: promql`(${elevated}) unless on (layer, table) (${behind})`,
          },
          { name: 'critical', color: 'red', query: behind },
          { name: 'stuck', color: 'red', query: alertNamed('IcebergOffloadWatermarkStale').expr },
        ]),
        legend: '{{layer}}.{{table}}',
      },
    ],
  },
  {
    title: 'Success rate',
    description:
      'The share of recent cycles in which no table failed, over at least four declared intervals. Red where it breaks the success objective.',
    type: 'stat',
    unit: unit.ratio,
    width: 6,
    height: 10,
    max: 1,
    queries: [
      {
        ...byState([
          {
            name: 'ok',
            color: 'green',
            query: promql`${offload.successRatio} unless on (layer) (${successAlert})`,
          },
          { name: 'low', color: 'red', query: successAlert },
        ]),
        legend: '{{layer}}',
      },
    ],
  },
  {
    title: 'Configured tables',
    description:
      'How many tables the scheduler of each layer says that it offloads; 0 and red when the scheduler of a layer of the last week is gone. Beside it, tables that no process has any more, and tables that two services offload.',
    type: 'stat',
    unit: unit.count,
    width: 6,
    height: 10,
    queries: [
      {
        ...byState([
          { name: 'up', color: 'green', query: promql`max by (layer) (${offloadTablesConfigured})` },
          {
            name: 'gone',
            color: 'red',
            query: promql`0 * (${alertNamed('IcebergOffloadSchedulerDown').expr})`,
          },
        ]),
        legend: '{{layer}}',
      },
      {
        query: promql`count by (layer) (${alertNamed('IcebergOffloadTableGone').expr})`,
        legend: '{{layer}} tables gone',
        color: 'red',
      },
      {
        query: promql`count by (layer) (${offload.sharedTables})`,
        legend: '{{layer}} tables of two services',
        color: 'yellow',
      },
    ],
  },
  {
    title: 'Offload rate',
    description:
      'Rows per second of clock time that reach the cold tier, of the eight tables with most, over at least four declared intervals.',
    type: 'timeseries',
    unit: unit.rowsPerSecond,
    ...HALF,
    // 004-P4.
    sums: ['mean', 'max'],
    queries: [
      {
        query: promql`topk(8, ${rate})`,
        legend: '{{layer}}.{{table}}',
      },
    ],
  },
  {
    title: 'Offload duration',
    description:
      'How long a successful offload of one table takes: quantiles over the selected tables, and the p95 of the five slowest.',
    type: 'timeseries',
    unit: unit.seconds,
    ...HALF,
    queries: [
      { query: quantile(0.5, [], successful, window), legend: 'p50' },
      { query: quantile(0.95, [], successful, window), legend: 'p95' },
      { query: quantile(0.99, [], successful, window), legend: 'p99' },
      {
        query: promql`topk(5, ${quantile(0.95, TABLE, successful, window)})`,
        legend: 'p95 {{layer}}.{{table}}',
      },
    ],
  },
  {
    title: 'Cycle duration',
    description:
      'The latest cycle over all tables, whether or not it has ended, and the p95 of recent ones. The red line is the duration objective, the yellow one where it becomes worth a look; each is drawn where it is near.',
    type: 'timeseries',
    unit: unit.seconds,
    ...HALF,
    queries: [
      { query: promql`${offload.cycleDuration}`, legend: '{{layer}} latest' },
      { query: quantile(0.95, ['layer'], offloadCycleDuration, window), legend: '{{layer}} p95' },
      { query: near(cycleObjective), legend: '{{layer}} objective', color: 'red', limit: true },
      {
        query: near(promql`${thresholds.cycleSlowRatio} * ${cycleObjective}`),
        legend: '{{layer}} slow',
        color: 'yellow',
        limit: true,
      },
    ],
  },
  {
    title: 'Error rate',
    description:
      'Failed offloads per minute by table and kind of error, over at least four declared intervals; on the right axis, failures in a row of each table, with the line where they become critical.',
    type: 'timeseries',
    unit: unit.perMinute,
    ...HALF,
    queries: [
      {
        query: promql`60 * sum by (layer, table, error_type) (rate(${offloadErrors}[${window}]))`,
        legend: '{{layer}}.{{table}} {{error_type}}',
      },
      {
        query: promql`${offload.consecutiveFailures}`,
        legend: '{{layer}}.{{table}} in a row',
        rightAxis: unit.count,
        line: thresholds.consecutiveFailuresCritical,
      },
    ],
  },
  {
    title: 'Throughput quantiles',
    description:
      'Rows per second of work, not of clock time: quantiles over the offloads of the selected tables, the median of the four slowest tables, and the mean of each layer that the alert compares with the red line, its objective.',
    type: 'timeseries',
    unit: unit.rowsPerSecond,
    ...HALF,
    queries: [
      { query: quantile(0.5, [], offloadRowsPerSecond, window), legend: 'p50' },
      { query: quantile(0.9, [], offloadRowsPerSecond, window), legend: 'p90' },
      { query: quantile(0.99, [], offloadRowsPerSecond, window), legend: 'p99' },
      {
        query: promql`bottomk(4, ${quantile(0.5, TABLE, offloadRowsPerSecond, window)})`,
        legend: 'p50 {{layer}}.{{table}}',
      },
      { query: promql`${offload.throughput}`, legend: '{{layer}} mean' },
      {
        query: promql`max by (layer) (${offloadThroughputObjective})`,
        legend: '{{layer}} objective',
        color: 'red',
        limit: true,
      },
    ],
  },
  {
    title: 'Cycle status distribution',
    description:
      'How the cycles in the window before each point ended: success when no table failed, partial when some did, failed when all did.',
    type: 'bars',
    unit: unit.count,
    ...HALF,
    queries: [ended('success', 'green'), ended('partial', 'yellow'), ended('failed', 'red')],
  },
];
