import { dags, promql, raw } from '@sightglass/rules';
import type { DashboardSpec, PanelSpec } from '../../engine/spec.ts';
import { worstOf } from '../../engine/states.ts';
import { unit } from '../../engine/style.ts';
import { sloNumbers } from './panels/budgets.ts';
import { BY, LEGEND, series } from './panels/series.ts';

const HALF = { width: 12, height: 10 } as const;

const broken = promql`${series.remaining} < 0`;
const states = [
  { name: 'broken', color: 'red', query: broken },
  { name: 'at risk', color: 'yellow', query: promql`${series.level} > 0` },
  { name: 'kept', color: 'green', query: promql`${series.remaining}` },
] as const;

/** 000-P13. */
const compliance: PanelSpec = {
  title: 'SLA Compliance',
  description:
    'A row for each promise about each thing, the worst first: "broken" when more was bad in its window than it allows, "at risk" when the error-budget policy asks for something, else "kept"; what was attained, what was promised, and what is left of what may be bad.',
  type: 'table',
  unit: unit.ratio,
  width: 24,
  height: 9,
  by: BY,
  queries: [
    { ...worstOf(BY, states, 'say'), legend: 'State' },
    { query: promql`${series.attained}`, legend: 'Attained' },
    { query: promql`${series.objective}`, legend: 'Promised' },
    { query: promql`${series.remaining}`, legend: 'Left' },
  ],
};

/** 000-P14. */
const trend: PanelSpec = {
  title: 'SLA Trend',
  description:
    'The share that was good in the window of each promise, of the eight that are nearest to be broken. It moves slowly: what is bad now stays in the window until that has passed.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  from: 'data',
  queries: [{ query: promql`${series.attained} and bottomk(8, ${series.remaining})`, legend: LEGEND }],
};

/** 000-P15. */
const violations: PanelSpec = {
  title: 'SLA Violations',
  description:
    'Since when which promise is broken or at risk: a band for each of the twelve with least left, red while it is broken, yellow while it is at risk.',
  type: 'timeline',
  unit: unit.count,
  width: 24,
  height: 9,
  queries: [
    {
      ...worstOf(
        BY,
        states.map((state) => ({
          ...state,
          query: promql`${state.query} and bottomk(12, ${series.remaining})`,
        })),
      ),
      legend: LEGEND,
    },
  ],
};

const badNow: PanelSpec = {
  title: 'Bad Events',
  description:
    'Requests, runs and slices of time that were bad within the last day, of the eight promises with most: what a violation is made of.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [{ query: promql`topk(8, ${series.badIn['1d']!} > 0)`, legend: LEGEND }],
};

const STEP = raw('5m');
const RANGE = raw('$__range');

/** 000-P16. */
const recovery: PanelSpec = {
  title: 'Time to Recovery',
  description:
    'How long DAGs took from the first run that failed, was missed or missed its SLA to the next good one, the last time; and for how long in the time that is shown each promise that is broken or was has been so. The weekly report (sightglass slo-report) has it for every violation.',
  type: 'timeseries',
  unit: unit.seconds,
  ...HALF,
  queries: [
    { query: promql`topk(6, ${dags.lastRecovery})`, legend: '{{dag_id}} recovered in' },
    {
      query: promql`topk(6, 300 * count_over_time((${broken})[${RANGE}:${STEP}]))`,
      legend: `${LEGEND} broken for`,
    },
  ],
};

/** Reference system 000's SLA Monitoring: over what the SLOs record. */
export const slaDashboard: DashboardSpec = {
  uid: 'sightglass-sla',
  title: 'SLA Monitoring',
  description: 'Which promises are kept, since when one is not, and how long it takes until it is again.',
  tags: ['slo', 'sla', 'generated'],
  minInterval: '1m',
  from: 'now-7d',
  variables: [{ label: 'slo', title: 'SLO', of: series.objective }],
  annotations: [],
  firing: { labels: [], others: series.remaining.labels, of: ['sightglass-slo'] },
  numbers: sloNumbers,
  panels: [compliance, violations, trend, badNow, recovery],
  related: ['sightglass-slo', 'sightglass-errors', 'sightglass-telemetry'],
};
