/** What a statistic is of: how much there is, a number itself, or how long it took. */
export const STATISTIC_KINDS = ['volume', 'value', 'duration'] as const;
export type StatisticKind = (typeof STATISTIC_KINDS)[number];
