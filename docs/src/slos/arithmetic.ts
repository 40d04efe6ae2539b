import { type BurnPair, formatDuration, hours, isAlert, type SloSet, serviceLevels } from '@sightglass/rules';
import { table } from '../markdown.ts';
import { figure, percent } from './block.ts';

type Slo = SloSet['slos'][number];

/** What follows from the numbers of an SLO: what its budget is, and when somebody hears of it. */
export function arithmetic(each: Slo): string {
  const { sli, objective, windowDays } = each;
  switch (sli.kind) {
    case 'runs':
      return runs(each, sli.rareWindowDays);
    case 'freshness':
      return `${percent(1 - objective)} of ${windowDays} days are ${figure((1 - objective) * windowDays * 24)} h of bad slices. ${burning(each)}`;
    default:
      return `${requests(each, sli.eventsPerHour)} ${burning(each)}`;
  }
}

/** The policy's name of a rest of the budget. */
export const levelName = ({ policy }: Slo, remaining: number): string => {
  const level = serviceLevels.levelOf(policy, remaining);
  return `${level}, ${policy[level]!.name}`;
};

/** How many runs a window of a job with this interval holds, and what bad ones among them leave of the budget. */
export function runBudget(each: Slo, intervalHours: number, rareWindowDays: number) {
  const short = (each.windowDays * 24) / intervalHours;
  const days = short < RUNS_IN_WINDOW ? rareWindowDays : each.windowDays;
  const inWindow = (days * 24) / intervalHours;
  // A budget below one run could not be kept; rounded as the rules round, to a millionth.
  const allowed = Number(Math.max(1, (1 - each.objective) * inWindow).toFixed(6));
  const left = (bad: number) => Number((1 - bad / allowed).toFixed(6));
  return { days, inWindow, allowed, left };
}

/** As in the rules: fewer runs than this, and the longer window counts. */
const RUNS_IN_WINDOW = 20;
const INTERVALS = [hours(1), hours(6), hours(12), hours(24)];

function runs(each: Slo, rareWindowDays: number): string {
  const rows = INTERVALS.map((interval) => {
    const { days, inWindow, allowed, left } = runBudget(
      each,
      interval.durationSeconds / 3_600,
      rareWindowDays,
    );
    return [
      formatDuration(interval),
      `${figure(inWindow)} in ${days} days`,
      figure(allowed),
      ...[1, 2].map((bad) => `${percent(Number(left(bad).toFixed(3)))} (${levelName(each, left(bad))})`),
    ];
  });
  return `${percent(1 - each.objective)} of the runs may be bad, and one in any case. The alert asks for an overdrawn budget, for two bad runs, and for one in the last
day.

${table(['runs every', 'runs', 'may be bad', 'left after one bad run', 'left after two'], rows)}`;
}

const requests = ({ objective, windowDays }: Slo, eventsPerHour: number): string => {
  const events = eventsPerHour * 24 * windowDays;
  return `At ${eventsPerHour} requests an hour there are ${figure(events)} in ${windowDays} days, of which ${figure((1 - objective) * events)} may fail. One failure among the ${eventsPerHour} of an hour is ${percent(1 / eventsPerHour)}, a burn rate of ${figure(1 / eventsPerHour / (1 - objective))}, so a pair of windows that one could reach asks for three.`;
};

/** How long an alert of this urgency holds before it is sent. */
export function holdOf(each: Slo, urgency: BurnPair['urgency']): string {
  const severity = urgency === 'page' ? 'critical' : 'warning';
  const alert = serviceLevels
    .sloGroups({ slos: [each], composites: [] })
    .flatMap(({ rules }) => rules.filter(isAlert))
    .find((rule) => rule.component === each.component && rule.severity === severity);
  return formatDuration(alert!.for!);
}

const timeText = (seconds: number): string => {
  if (seconds < 60) return `${figure(seconds)} s`;
  return seconds < 7_200 ? `${figure(seconds / 60)} min` : `${figure(seconds / 3_600)} h`;
};

/** The pairs of windows of burn-rate alerts, and how long a total outage lasts until each is heard of. */
function burning(each: Slo): string {
  const { windowDays, objective, dependency } = each;
  const rows = serviceLevels.pairsFor(windowDays, dependency ? 'ticket' : undefined).map((pair) => {
    const factor = serviceLevels.burnFactor(pair, windowDays);
    return [
      pair.urgency,
      `${formatDuration(pair.long)} and ${formatDuration(pair.short)}`,
      percent(pair.budget),
      `${percent(pair.budget)} × ${windowDays}d / ${formatDuration(pair.long)} = ${figure(factor)}`,
      percent(factor * (1 - objective)),
      timeText(serviceLevels.detectionSeconds(pair, windowDays, objective)),
      holdOf(each, pair.urgency),
    ];
  });
  const head = [
    'urgency',
    'windows',
    'budget gone',
    'burn rate',
    'which is bad',
    'all bad for',
    'then held for',
  ];
  return `An alert comes when the budget burns faster than this over both windows of a pair:\n\n${table(head, rows)}`;
}
