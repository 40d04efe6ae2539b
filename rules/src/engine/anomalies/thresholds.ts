import { threshold } from '../promql/threshold.ts';

/*
 * What makes an hour unusual, whatever it is of.
 */

export const anomalySensitivity = threshold(
  'anomaly_sensitivity',
  4,
  'In spreads. A week has 168 hours: of a series that varies as a normal distribution does, 3 (elementary, GitLab) would be a false alarm every two weeks, 4 one in two years.',
);

export const anomalySpreadFloor = threshold(
  'anomaly_spread_floor_ratio',
  0.05,
  'Of what is expected: a spread is taken to be no smaller, so that a flat 10 that becomes 11 is 2 spreads away and not infinitely many. With a sensitivity of 4, a change of less than a fifth is never unusual.',
);

export const anomalyHistory = threshold(
  'anomaly_history_ratio',
  0.6,
  'Of the hours of a window that must be known before it says what is usual. elementary asks for 7 of 14 days; 8 and a half hold each day of the week once.',
);
