import { promql, type Query, type RecordedSeries, serviceLevels } from '@sightglass/rules';
import { howMany } from '../../../engine/how-many.ts';
import type { NumberSpec, PanelSpec } from '../../../engine/spec.ts';
import { type State, worstOf } from '../../../engine/states.ts';
import { type Color, unit } from '../../../engine/style.ts';
import { BY, judgedBy, LEGEND, series } from './series.ts';

const HALF = { width: 12, height: 10 } as const;

/** From untouched to broken. */
const COLORS: readonly Color[] = ['green', 'yellow', 'yellow', 'red', 'red'];

/** What the error-budget policy asks for, the worst first. */
const levels: readonly State[] = serviceLevels.BUDGET_POLICY.map(({ name }, level) => ({
  name,
  color: COLORS[level] ?? 'red',
  query: promql`${series.level} == ${level}`,
})).toReversed();

/** Whether any promise is broken, or about to be. */
export const sloNumbers: readonly NumberSpec[] = [
  howMany({
    title: 'Broken',
    description: 'Error budgets that are overdrawn: promises that are broken now. Should be 0.',
    wrong: promql`${series.remaining} < 0`,
    of: promql`${series.remaining}`,
    state: 'overdrawn',
    color: 'red',
  }),
  howMany({
    title: 'At risk',
    description:
      'Error budgets of which so much is spent that the error-budget policy asks for something. Should be 0.',
    wrong: promql`${series.level} > 0`,
    of: promql`${series.level}`,
    state: 'low',
    color: 'yellow',
  }),
];

/** Of the SLOs with the least budget left: an SLO of each of thirty jobs would be a plot that nobody can read. The table has all. */
const ofWorst = (count: number, figures: Query): Query =>
  promql`${figures} and bottomk(${count}, ${series.remaining})`;

export const remaining: PanelSpec = {
  title: 'Error budget remaining',
  description:
    'A row for each SLO of each thing, the worst first: what the error-budget policy asks for; how much of the budget is left, where 100 % is untouched and below 0 % the promise is broken; what was attained and what was promised; and the bad events among all in the window.',
  type: 'table',
  unit: unit.ratio,
  width: 24,
  height: 9,
  by: BY,
  queries: [
    { ...worstOf(BY, levels, 'say'), legend: 'Rank' },
    { query: promql`${series.remaining}`, legend: 'Budget left' },
    { query: promql`${series.attained}`, legend: 'Attained' },
    { query: promql`${series.objective}`, legend: 'Promised' },
    { query: promql`${series.bad}`, legend: 'Bad', unit: unit.count },
    { query: promql`${series.events}`, legend: 'Of', unit: unit.count },
  ],
};

export const attained: PanelSpec = {
  title: 'Attained and promised',
  description:
    'The share of good events, runs or time in the window of the four SLOs with the least budget left. The dashed line is its objective; below it the promise is broken.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  from: 'data',
  queries: [
    { query: ofWorst(4, promql`${series.attained}`), legend: LEGEND },
    {
      query: ofWorst(4, promql`${series.objective}`),
      legend: `${LEGEND} objective`,
      color: 'red',
      limit: true,
    },
  ],
};

export const budgetTrend: PanelSpec = {
  title: 'Error budget over time',
  description:
    'How much was left of the eight error budgets with least: it falls with each bad event, and comes back when that is older than the window.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  from: 'data',
  // A budget that nothing was spent of is a flat line at 100 %, which would stand in the middle of an axis to 200 %.
  max: 1,
  queries: [{ query: promql`bottomk(8, ${series.remaining})`, legend: LEGEND }],
};

export const policy: PanelSpec = {
  title: 'Error-budget policy',
  description: `The level of the error-budget policy that the eight worst SLOs are at: ${serviceLevels.BUDGET_POLICY.map(({ name }, level) => `${level} ${name}`).join(', ')}.`,
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  max: serviceLevels.BUDGET_POLICY.length - 1,
  queries: [{ query: promql`topk(8, ${series.level})`, legend: LEGEND }],
};

export const events: PanelSpec = {
  title: 'Events',
  description:
    'What the four SLOs with the least budget left count in their windows: requests, runs or slices of time; on the right axis the bad ones among them.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: ofWorst(4, promql`${series.events}`), legend: LEGEND },
    { query: ofWorst(4, promql`${series.bad}`), legend: `${LEGEND} bad`, rightAxis: unit.count },
  ],
};

const ofRarest = (figures: RecordedSeries): Query =>
  promql`${judgedBy('counts', figures)} and bottomk(2, ${judgedBy('counts', series.remaining)})`;

export const rareRuns: PanelSpec = {
  title: 'Rare runs',
  description:
    'For the two SLOs with the least budget left among those that count each run: the bad runs in the window, how many are allowed (dashed), and those of the last day. A warning comes when more are bad than allowed, at least two, and the last day added to them. On the right axis what is left of the budget.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: ofRarest(series.bad), legend: `${LEGEND} bad` },
    { query: ofRarest(series.badIn['1d']!), legend: `${LEGEND} bad in 1d` },
    {
      query: ofRarest(series.allowed),
      legend: `${LEGEND} allowed`,
      color: 'red',
      limit: true,
    },
    {
      query: ofRarest(series.remaining),
      legend: `${LEGEND} left`,
      rightAxis: unit.ratio,
    },
  ],
};
