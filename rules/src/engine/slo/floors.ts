import { threshold } from '../promql/threshold.ts';

/* How many bad events an alert needs at least, whatever their ratio. */

/** What {@link BAD_EVENTS} asks for. */
export const FEWEST_BAD_EVENTS = 3;

export const BAD_EVENTS = threshold(
  'slo_bad_events',
  FEWEST_BAD_EVENTS,
  'Three bad events in the long window, asked for only where one alone could reach the burn rate: one error among four requests of a quiet hour is 25 %, and says little. A team with more traffic is not delayed by it.',
);

export const BAD_RUNS = threshold(
  'slo_bad_runs',
  2,
  'Two bad runs in the window. 28 runs a week at 95 % allow 1.4: the first bad run uses 71 % of the budget, which the policy level shows; the second breaks the promise.',
);

export const RECENT_BAD_RUNS = threshold(
  'slo_recent_bad_runs',
  1,
  'One bad run in the last day. A budget that was spent five days ago and has been left alone since needs a post-mortem, which is the policy; it does not need somebody now.',
);
