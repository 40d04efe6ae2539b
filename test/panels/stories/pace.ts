import { minutes, type Pace } from '../../scenario/world/time.ts';

/** Fine enough for cycles of a quarter of an hour, and for rates. */
export const MINUTELY: Pace = { scrape: minutes(1), evaluation: minutes(1) };

/** For stories of a day and more. */
export const COARSE: Pace = { scrape: minutes(5), evaluation: minutes(10) };

/** The clock of promtool begins at 0, where an age and a time are nearly the same. */
export const START = minutes(15);
