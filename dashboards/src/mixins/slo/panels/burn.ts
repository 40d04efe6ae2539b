import { asSeconds, type BurnPair, promql, serviceLevels } from '@sightglass/rules';
import type { PanelQuery, PanelSpec } from '../../../engine/spec.ts';
import { unit } from '../../../engine/style.ts';
import { asRecorded, LEGEND, series } from './series.ts';

type Urgency = BurnPair['urgency'];

/** A pair of windows: how fast the budget burns over both, from where on that is too fast, and the bad events behind it. */
const pairQueries = ({ budget, long, short }: BurnPair): PanelQuery[] => {
  const name = serviceLevels.windowName(long);
  return [
    ...[long, short].map((window) => ({
      query: promql`topk(2, ${series.burnRate[serviceLevels.windowName(window)]!})`,
      legend: `${LEGEND} ${serviceLevels.windowName(window)}`,
    })),
    {
      query: promql`${budget} * min (${series.window} and on (slo) ${series.burnRate[name]!}) / ${asSeconds(long)}`,
      legend: `too fast over ${name}`,
      color: 'red' as const,
      limit: true as const,
    },
    {
      query: promql`topk(2, ${asRecorded(series.badIn[name]!)} and on (slo) ${series.burnRate[name]!})`,
      legend: `${LEGEND} bad in ${name}`,
      rightAxis: unit.count,
    },
  ];
};

const burn = (urgency: Urgency, title: string, what: string): PanelSpec => ({
  title,
  description: `How many times faster than evenly the error budgets burn, of the two fastest over each window; at 1 it lasts just as long as the window of the SLO. ${what} when both windows of a pair are above its red line, that of the SLO with the shortest window: the long one says that it matters, the short one that it goes on. On the right axis the bad events, of which rare ones take several. Empty for SLOs that count rare runs.`,
  type: 'timeseries',
  unit: unit.count,
  width: 12,
  height: 11,
  queries: serviceLevels.BURN_PAIRS.filter((pair) => pair.urgency === urgency).flatMap(pairQueries),
});

export const fastBurn = burn('page', 'Fast burn', 'Somebody is paged');
export const slowBurn = burn('ticket', 'Slow burn', 'A warning comes');
