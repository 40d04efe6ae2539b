import { dags, days, grownIn, pipelines, promql } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { alertNamed } from '../../alerts.ts';
import { keptIn, runsIn } from './counted.ts';

const QUARTER = { type: 'stat', width: 6, height: 7 } as const;
const WEEK = days(7);

const isGone = promql`(${alertNamed('DagGone').expr})`;
const isFailed = promql`(${dags.consecutiveFailures} > 0)`;

/** 000-P5. */
export const status: PanelSpec = {
  title: 'DAG Run Status',
  description:
    'What the last run of each DAG came to: "running" for so long; "succeeded" or "failed" so long ago; "disabled" by somebody; "waiting" for a first run since so long; "gone" with its process, whose service is named.',
  ...QUARTER,
  unit: unit.seconds,
  queries: [
    {
      ...byState([
        { name: 'running', color: 'blue', query: promql`${dags.running}` },
        {
          name: 'failed',
          color: 'red',
          query: promql`time() - ${dags.lastRun} and on (dag_id) ${isFailed} and on (dag_id) ${dags.isEnabled} unless on (dag_id) ${dags.running} unless on (dag_id) ${isGone}`,
        },
        {
          name: 'succeeded',
          color: 'green',
          query: promql`time() - ${dags.lastRun} and on (dag_id) ${dags.isEnabled} unless on (dag_id) ${isFailed} unless on (dag_id) ${dags.running} unless on (dag_id) ${isGone}`,
        },
        {
          name: 'gone',
          color: 'red',
          query: alertNamed('DagGone').expr,
        },
        {
          name: 'disabled',
          color: 'yellow',
          query: promql`${dags.isDisabled} unless on (dag_id) ${dags.running}`,
        },
        {
          name: 'waiting',
          color: 'yellow',
          query: promql`time() - ${dags.firstSuccessAwaited} and on (dag_id) ${dags.isEnabled} unless on (dag_id) ${dags.lastRun} unless on (dag_id) ${dags.running} unless on (dag_id) ${isGone}`,
        },
      ]),
      legend: '{{dag_id}}',
    },
  ],
};

const successRate = promql`(${runsIn(WEEK, ['success'])} / on (dag_id) (${runsIn(WEEK, dags.JUDGED)} > 0))`;
const low = promql`(${successRate} < on (dag_id) ${dags.successObjective})`;

/** 000-P7. */
export const success: PanelSpec = {
  title: 'Success Rate (7d)',
  description:
    'The share of the runs of the last 7 days that succeeded. Yellow below what the DAG promises. Empty for a DAG that has not run in 7 days.',
  ...QUARTER,
  unit: unit.ratio,
  max: 1,
  queries: [
    {
      ...byState([
        { name: 'ok', color: 'green', query: promql`${successRate} unless on (dag_id) ${low}` },
        { name: 'low', color: 'yellow', query: low },
      ]),
      legend: '{{dag_id}}',
    },
  ],
};

const kept = promql`(${keptIn(WEEK)})`;

/** 000-P8. */
export const compliance: PanelSpec = {
  title: 'SLA Compliance (7d)',
  description:
    'The share of the runs of the last 7 days that were done by their deadline, of DAGs that declare an SLA. Yellow as soon as one was not.',
  ...QUARTER,
  unit: unit.ratio,
  max: 1,
  queries: [
    {
      ...byState([
        { name: 'kept', color: 'green', query: promql`${kept} == 1` },
        { name: 'missed', color: 'yellow', query: promql`${kept} < 1` },
      ]),
      legend: '{{dag_id}}',
    },
  ],
};

/** 001-P1. */
export const records: PanelSpec = {
  title: 'Records Processed (24h)',
  description:
    'Records that were processed in the last 24 hours, by the layer that they were meant for and what became of them, counted where they are written.',
  ...QUARTER,
  unit: unit.count,
  queries: [
    {
      query: grownIn(pipelines.recordsTotal, days(1)),
      legend: '{{layer}} {{status}}',
    },
  ],
};
