/** Intervals at the edges of the tiers, and the window of each: the shortest that holds four of them. In seconds. */
export const WINDOW_TIERS = [
  [225, 900],
  [226, 3_600],
  [900, 3_600],
  [901, 21_600],
  [5_400, 21_600],
  [5_401, 86_400],
  [21_600, 86_400],
  [21_601, 604_800],
  [864_000, 604_800],
] as const;
