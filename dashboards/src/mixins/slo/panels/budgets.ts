import { promql, serviceLevels } from '@sightglass/rules';
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
    'The share of good events, runs or time in the window of each SLO. The dashed line is its objective; below it the promise is broken.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  from: 'data',
  queries: [
    { query: promql`${series.attained}`, legend: LEGEND },
    { query: promql`${series.objective}`, legend: `${LEGEND} objective`, color: 'red', limit: true },
  ],
};

export const budgetTrend: PanelSpec = {
  title: 'Error budget over time',
  description:
    'How much of each error budget was left: it falls with each bad event, and comes back when that is older than the window.',
  type: 'timeseries',
  unit: unit.ratio,
  ...HALF,
  from: 'data',
  queries: [{ query: promql`${series.remaining}`, legend: LEGEND }],
};

export const policy: PanelSpec = {
  title: 'Error-budget policy',
  description: `The level of the error-budget policy that each SLO is at: ${serviceLevels.BUDGET_POLICY.map(({ name }, level) => `${level} ${name}`).join(', ')}.`,
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  max: serviceLevels.BUDGET_POLICY.length - 1,
  queries: [{ query: promql`${series.level}`, legend: LEGEND }],
};

export const events: PanelSpec = {
  title: 'Events',
  description:
    'What each SLO counts in its window: requests, runs or slices of time; on the right axis the bad ones among them.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: promql`${series.events}`, legend: LEGEND },
    { query: promql`${series.bad}`, legend: `${LEGEND} bad`, rightAxis: unit.count },
  ],
};

export const rareRuns: PanelSpec = {
  title: 'Rare runs',
  description:
    'For SLOs that count each run: the bad ones in the window, how many are allowed (dashed), and those of the last day. A warning comes when more are bad than allowed, at least two, and the last day added to them. On the right axis what is left of the budget.',
  type: 'timeseries',
  unit: unit.count,
  ...HALF,
  queries: [
    { query: promql`${judgedBy('counts', series.bad)}`, legend: `${LEGEND} bad` },
    { query: promql`${judgedBy('counts', series.badIn['1d']!)}`, legend: `${LEGEND} bad in 1d` },
    {
      query: promql`${judgedBy('counts', series.allowed)}`,
      legend: `${LEGEND} allowed`,
      color: 'red',
      limit: true,
    },
    {
      query: promql`${judgedBy('counts', series.remaining)}`,
      legend: `${LEGEND} left`,
      rightAxis: unit.ratio,
    },
  ],
};
