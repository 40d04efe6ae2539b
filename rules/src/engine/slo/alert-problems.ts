import { formatDuration } from '../promql/duration.ts';
import { type BurnPair, burnFactor, firingRatio, pairsFor } from './burn-rate.ts';
import { FEWEST_BAD_EVENTS } from './floors.ts';
import type { Slo } from './model.ts';
import { percent } from './text.ts';

/**
 * What keeps an SLO's alerts from ever firing, each with what to change. A burn rate can not exceed 1 / (1 - objective), which is a ratio of bad
 * events of 100 %: a factor beyond it waits for more bad events than there are.
 */
export function alertProblems({ objective, windowDays, sli }: Slo): string[] {
  switch (sli.kind) {
    case 'runs':
      return runProblems(windowDays, sli.rareWindowDays);
    case 'freshness':
      return unreachable(windowDays, objective);
    default:
      return [
        ...unreachable(windowDays, objective),
        ...tooFew({ objective, windowDays, eventsPerHour: sli.eventsPerHour }),
      ];
  }
}

/** What tells whether a single bad event matters. */
export interface TrafficFacts {
  readonly objective: number;
  readonly windowDays: number;
  readonly eventsPerHour: number;
}

const eventsIn = ({ long }: BurnPair, { eventsPerHour }: TrafficFacts): number =>
  (eventsPerHour * long.durationSeconds) / 3_600;

/** Whether one bad event of a quiet hour could fire the pair, so that it asks for some more. */
export const isGated = (pair: BurnPair, slo: TrafficFacts): boolean =>
  eventsIn(pair, slo) * firingRatio(pair, slo.windowDays, slo.objective) < 1;

const pairText = (pair: BurnPair): string =>
  `the ${pair.urgency} for ${percent(pair.budget)} of the budget in ${formatDuration(pair.long)}`;

function unreachable(windowDays: number, objective: number): string[] {
  return pairsFor(windowDays)
    .filter((pair) => firingRatio(pair, windowDays, objective) >= 1)
    .map((pair) => {
      const factor = burnFactor(pair, windowDays);
      const most = Math.ceil(pair.long.durationSeconds / 86_400 / pair.budget / (1 - objective)) - 1;
      const shorter = most >= 1 ? `, lower windowDays to ${most} or less` : '';
      return `${pairText(pair)} can never fire: it waits for ${percent(firingRatio(pair, windowDays, objective))} bad events (${factor} × ${percent(1 - objective)}). Raise objective above ${percent(1 - 1 / factor)}${shorter}, or count the events with kind "runs"`;
    });
}

/** Pairs of which one bad event alone may reach the ratio ask for several; a quiet hour must be able to have so many. */
function tooFew(slo: TrafficFacts): string[] {
  if (!(slo.eventsPerHour > 0)) return ['eventsPerHour must be a number above 0'];
  return pairsFor(slo.windowDays).flatMap((pair) => {
    const events = eventsIn(pair, slo);
    if (!isGated(pair, slo) || events >= FEWEST_BAD_EVENTS) return [];
    return [
      `${pairText(pair)} can never fire: it asks for ${FEWEST_BAD_EVENTS} bad events, and ${slo.eventsPerHour} an hour are ${events} in that time. Events so rare are counted with kind "runs"`,
    ];
  });
}

function runProblems(windowDays: number, rareWindowDays: number): string[] {
  return Number.isInteger(rareWindowDays) && rareWindowDays >= windowDays
    ? []
    : ['rareWindowDays must be a whole number not below windowDays: it is the longer window for rarer runs'];
}
