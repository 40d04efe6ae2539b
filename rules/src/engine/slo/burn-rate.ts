import { type Duration, days, formatDuration, hours, minutes, seconds } from '../promql/duration.ts';

/** Pages wake somebody up, tickets wait for the next working day. */
export type Urgency = 'page' | 'ticket';

/** One pair of windows of a burn-rate alert. */
export interface BurnPair {
  readonly urgency: Urgency;
  /** The share of the budget that is gone when the alert fires. */
  readonly budget: number;
  readonly long: Duration;
  /** A twelfth of the long window: ends the alert soon after the burning does. */
  readonly short: Duration;
}

/**
 * Source: The Site Reliability Workbook (Beyer and others, O'Reilly 2018), chapter 5 "Alerting on SLOs", section 6 "Multiwindow,
 * Multi-Burn-Rate Alerts", table 5-8. The fourth pair that kubernetes-mixin, sloth and pyrra put between them (10 % in 1 d with 2 h) is left out:
 * who burnt 10 % in a day burnt 10 % in three, so with one hold for both it never fires alone.
 */
export const BURN_PAIRS: readonly BurnPair[] = [
  { urgency: 'page', budget: 0.02, long: hours(1), short: minutes(5) },
  { urgency: 'page', budget: 0.05, long: hours(6), short: minutes(30) },
  { urgency: 'ticket', budget: 0.1, long: days(3), short: hours(6) },
];

/** Every window that a burn rate is recorded over, from the shortest. */
export const BURN_WINDOWS: readonly Duration[] = [
  ...new Set(BURN_PAIRS.flatMap(({ long, short }) => [long.durationSeconds, short.durationSeconds])),
]
  .sort((a, b) => a - b)
  .map(seconds);

/** As a part of a series' name: `5m`, `1d`. */
export const windowName = (window: Duration): string => formatDuration(window);

/**
 * How many times faster than evenly the budget burns when a pair fires: the share of the budget, times the SLO's window, by the long window.
 * Computed, since the 14.4 that is often copied holds for 30 days only.
 */
export const burnFactor = ({ budget, long }: BurnPair, windowDays: number): number =>
  Number(((budget * days(windowDays).durationSeconds) / long.durationSeconds).toPrecision(12));

/** Slower burning than this is what the budget is for. kubernetes-mixin's slowest pair on 28 days has a factor of 0.93. */
const SLOWEST = 0.9;

/** The pairs whose burning would spend the budget before the window is over; short windows lose the slow ones. */
export const pairsFor = (windowDays: number, urgency?: Urgency): readonly BurnPair[] =>
  BURN_PAIRS.filter(
    (pair) => (urgency ?? pair.urgency) === pair.urgency && burnFactor(pair, windowDays) >= SLOWEST,
  );

/** The share of bad events at which a pair fires. From 1 on it never does. */
export const firingRatio = (pair: BurnPair, windowDays: number, objective: number): number =>
  burnFactor(pair, windowDays) * (1 - objective);

/** How long a total outage lasts until the long window of a pair shows it, in seconds. The hold of the alert comes on top. */
export const detectionSeconds = (pair: BurnPair, windowDays: number, objective: number): number =>
  firingRatio(pair, windowDays, objective) * pair.long.durationSeconds;
