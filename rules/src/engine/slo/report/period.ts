const DAY = 86_400;

/** How long a report looks back, in days. */
export const PERIODS = { day: 1, week: 7, month: 30 } as const;
export type PeriodName = keyof typeof PERIODS;

/** The time that a report is about, in Unix seconds. */
export interface Period {
  readonly name: PeriodName;
  readonly start: number;
  readonly end: number;
  /** The ends of its days, the oldest first. */
  readonly dayEnds: readonly number[];
  /** How far apart the points of a plot are. */
  readonly step: number;
}

/** So many points are what a plot of this width shows. */
const POINTS = 240;
const SHORTEST_STEP = 300;

/** The days that end at this time, to the whole minute. */
export function periodEnding(name: PeriodName, at: number): Period {
  const days = PERIODS[name];
  const end = Math.floor(at / 60) * 60;
  const start = end - days * DAY;
  return {
    name,
    start,
    end,
    dayEnds: Array.from({ length: days }, (_, i) => start + (i + 1) * DAY),
    step: Math.max(SHORTEST_STEP, (days * DAY) / POINTS),
  };
}
